import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cdp, page, userEvent, type UserEventClickOptions } from 'vitest/browser';
import type { Action } from '../../src/ui/actions.js';
import type { LiveRotoApp } from '../../src/ui/app.js';
import { CLIP, objectSummary, STATS } from '../helpers/fake-pipeline.js';
import { mountApp, settled, stageOf } from '../helpers/mount-app.js';

type Mounted = Awaited<ReturnType<typeof mountApp>>;
let mounted: Mounted | null = null;

async function mount(...args: Parameters<typeof mountApp>): Promise<Mounted> {
  mounted = await mountApp(...args);
  return mounted;
}

beforeEach(() => page.viewport(1280, 800));
afterEach(async () => {
  await mounted?.remove();
  mounted = null;
});

const ofKind = <K extends Action['kind']>(actions: readonly Action[], kind: K) =>
  actions.filter((action): action is Extract<Action, { kind: K }> => action.kind === kind);

/** Where a frame point lies on the stage, for a 640x360 frame. */
function onStage(app: LiveRotoApp, x: number, y: number): { x: number; y: number } {
  const { width, height } = stageOf(app).getBoundingClientRect();
  const scale = Math.min(width / 640, height / 360);
  return { x: (width - 640 * scale) / 2 + x * scale, y: (height - 360 * scale) / 2 + y * scale };
}

async function showObjects({ session, pipeline, app }: Mounted): Promise<void> {
  const objects = [
    objectSummary({ id: 1 }),
    objectSummary({
      id: 2,
      name: 'Dog',
      state: 'unsure',
      colour: '#3bceac',
      box: { x0: 300, y0: 50, x1: 400, y1: 150 },
    }),
    objectSummary({ id: 3, name: 'Me', kind: 'people', state: 'lost', candidateScores: [], prompts: [] }),
  ];
  pipeline().emit({ kind: 'objects', objects, canUndo: true, canRedo: false });
  pipeline().emit({ kind: 'stats', stats: STATS });
  const bitmaps = await Promise.all([1, 2, 3].map(() => createImageBitmap(new ImageData(24, 24))));
  pipeline().emit({ kind: 'candidates', id: 1, bitmaps }, bitmaps);
  await vi.waitFor(() => expect(session.state.candidates.size).toBe(1), { timeout: 5000 });
  session.select(1);
  await settled(app);
}

describe('hands on the stage', () => {
  it('a click is a tap, in frame pixels', async () => {
    const { app, actions, pipeline } = await mount();
    await userEvent.click(stageOf(app), { position: onStage(app, 160, 90) });
    const [tap] = ofKind(actions, 'tap');
    expect(tap?.point.x).toBeCloseTo(160, 0);
    expect(tap?.point.y).toBeCloseTo(90, 0);
    await vi.waitFor(() => expect(pipeline().named('addObject')).toHaveLength(1));
  });

  it('a mirrored stage gives what the camera saw', async () => {
    const { app, actions } = await mount({ mirrored: true });
    await userEvent.click(stageOf(app), { position: onStage(app, 160, 90) });
    const [tap] = ofKind(actions, 'tap');
    expect(tap?.point.x).toBeCloseTo(480, 0);
    expect(tap?.point.y).toBeCloseTo(90, 0);
    const canvas = stageOf(app).renderRoot.querySelector('canvas');
    expect(canvas === null ? '' : getComputedStyle(canvas).transform).toBe('matrix(-1, 0, 0, 1, 0, 0)');
  });

  it('the bars beside the picture take no taps', async () => {
    const { app, actions } = await mount({ size: { width: 360, height: 640 } });
    const { height } = stageOf(app).getBoundingClientRect();
    await userEvent.click(stageOf(app), { position: { x: 400, y: height / 2 } });
    expect(ofKind(actions, 'tap')).toEqual([]);
  });

  const WAYS: readonly (readonly [string, UserEventClickOptions, boolean])[] = [
    ['Shift-click', { modifiers: ['Shift'] }, true],
    ['Alt-click', { modifiers: ['Alt'] }, false],
    ['right click', { button: 'right' }, false],
    ['long press', { delay: 650 }, false],
  ];
  it.each(WAYS)('%s is about the selected object', async (_name, options, inside) => {
    const made = await mount();
    await showObjects(made);
    await userEvent.click(stageOf(made.app), { ...options, position: onStage(made.app, 520, 200) });
    const said = ofKind(made.actions, 'say');
    expect(said).toHaveLength(1);
    expect(said[0]?.point.inside).toBe(inside);
    expect(said[0]?.point.x).toBeCloseTo(520, 0);
    expect(ofKind(made.actions, 'tap')).toEqual([]);
    await vi.waitFor(() => expect(made.pipeline().named('addPrompt')).toHaveLength(1));
  });

  it('a drag is a box', async () => {
    const { app, actions } = await mount();
    const stage = stageOf(app);
    await userEvent.dragAndDrop(stage, stage, {
      sourcePosition: onStage(app, 400, 240),
      targetPosition: onStage(app, 320, 120),
    });
    const [drawn] = ofKind(actions, 'box');
    expect(drawn?.box.x0).toBeCloseTo(320, 0);
    expect(drawn?.box.y0).toBeCloseTo(120, 0);
    expect(drawn?.box.x1).toBeCloseTo(400, 0);
    expect(drawn?.box.y1).toBeCloseTo(240, 0);
    expect(ofKind(actions, 'tap')).toEqual([]);
  });

  it('a tap on a followed object selects it, once more only says so', async () => {
    const made = await mount();
    await showObjects(made);
    await userEvent.click(stageOf(made.app), { position: onStage(made.app, 350, 100) });
    expect(made.session.state.selectedId).toBe(2);
    await userEvent.click(stageOf(made.app), { position: onStage(made.app, 350, 100) });
    await settled(made.app);
    expect(made.pipeline().named('addObject')).toEqual([]);
    expect(made.app.renderRoot.querySelector('[role=status]')?.textContent).toContain('Dog is selected');
  });

  it('the wheel over the selected object steps through its readings', async () => {
    const made = await mount();
    await showObjects(made);
    await userEvent.hover(stageOf(made.app), { position: onStage(made.app, 150, 160) });
    await userEvent.wheel(stageOf(made.app), { delta: { y: 100 } });
    // The wheel turns in the middle of the stage, where the object is not.
    expect(ofKind(made.actions, 'candidate-step')).toEqual([]);
    made.pipeline().emit({
      kind: 'objects',
      objects: [objectSummary({ box: { x0: 0, y0: 0, x1: 640, y1: 360 } })],
      canUndo: true,
      canRedo: false,
    });
    await vi.waitFor(() => expect(made.session.state.objects).toHaveLength(1));
    await settled(made.app);
    await userEvent.wheel(stageOf(made.app), { delta: { y: 100 } });
    await vi.waitFor(() => expect(made.pipeline().named('chooseCandidate')).toEqual([[1, 1]]));
  });

  it('hovering previews, and leaving ends it', async () => {
    const { app, pipeline } = await mount();
    await userEvent.hover(stageOf(app), { position: onStage(app, 320, 180) });
    await vi.waitFor(() => expect(pipeline().named('preview').length).toBeGreaterThan(0));
    const buttons = app.renderRoot.querySelector('.corner');
    if (buttons === null) throw new Error('There is no corner.');
    await userEvent.hover(buttons);
    await vi.waitFor(() => expect(pipeline().named('preview').at(-1)).toEqual([null]));
  });
});

describe('keys', () => {
  it('move the reticle and tap with it', async () => {
    const { app, actions } = await mount();
    stageOf(app).focus();
    await userEvent.keyboard('{ArrowLeft}{ArrowLeft}{Shift>}{ArrowDown}{/Shift}{Enter}');
    // A step is a hundredth of the frame's longer side, eight with Shift; the reticle starts in the middle.
    const [tap] = ofKind(actions, 'tap');
    expect(tap?.point.x).toBeCloseTo(320 - 12.8, 6);
    expect(tap?.point.y).toBeCloseTo(180 + 51.2, 6);
  });

  it('move it where they point in a mirror', async () => {
    const { app, actions } = await mount({ mirrored: true });
    stageOf(app).focus();
    await userEvent.keyboard('{ArrowLeft}{Enter}');
    expect(ofKind(actions, 'tap')[0]?.point.x).toBeCloseTo(326.4, 6);
  });

  it('say "this too" and "not this", and draw a box', async () => {
    const made = await mount();
    await showObjects(made);
    stageOf(made.app).focus();
    await userEvent.keyboard('+{ArrowRight}-');
    expect(ofKind(made.actions, 'say').map(({ point }) => point.inside)).toEqual([true, false]);
    await userEvent.keyboard('b{Shift>}{ArrowRight}{ArrowDown}{/Shift}{Enter}');
    expect(ofKind(made.actions, 'box')).toHaveLength(1);
  });

  it('step through objects by Tab, and out of the stage after the last', async () => {
    const made = await mount();
    await showObjects(made);
    stageOf(made.app).focus();
    await userEvent.keyboard('{Tab}');
    expect(made.session.state.selectedId).toBe(2);
    await userEvent.keyboard('{Tab}{Tab}');
    expect(made.session.state.selectedId).toBe(3);
    expect(made.app.shadowRoot?.activeElement).not.toBe(stageOf(made.app));
  });

  it('hide, delete, undo, record and compare', async () => {
    const made = await mount();
    await showObjects(made);
    stageOf(made.app).focus();
    await userEvent.keyboard('h{Delete}{Control>}z{/Control}{c>}');
    await vi.waitFor(() => expect(made.pipeline().named('compare')).toEqual([[true]]));
    await userEvent.keyboard('{/c}r');
    await vi.waitFor(() => expect(made.pipeline().named('startRecording')).toEqual([['webm']]));
    expect(made.pipeline().named('compare')).toEqual([[true], [false]]);
    expect(made.pipeline().named('setVisible')).toEqual([[1, false]]);
    expect(made.pipeline().named('removeObject')).toEqual([[1]]);
    expect(made.pipeline().named('undo')).toEqual([[]]);
  });

  it('are left alone while a name is typed', async () => {
    const made = await mount();
    await showObjects(made);
    await userEvent.fill(page.getByRole('textbox', { name: 'Name of object Mug' }), 'Chair');
    await userEvent.keyboard('{Enter}');
    await vi.waitFor(() => expect(made.pipeline().named('rename')).toEqual([[1, 'Chair']]));
    expect(made.pipeline().named('removeObject')).toEqual([]);
    expect(made.pipeline().named('compare')).toEqual([]);
  });
});

/** Every main state of the page. */
const STATES: Readonly<Record<string, () => Promise<Mounted>>> = {
  empty: () => mount(null),
  objects: async () => {
    const made = await mount();
    await showObjects(made);
    return made;
  },
  recording: async () => {
    const made = await mount();
    await made.session.startRecording();
    const progress = { state: 'recording', elapsedMs: 65_000, bytes: 7e6, droppedFrames: 2 } as const;
    made.pipeline().emit({ kind: 'recording', progress });
    await vi.waitFor(() => expect(made.session.state.recording.bytes).toBe(7e6));
    return made;
  },
  problem: async () => {
    const made = await mount();
    await made.session.addPeople();
    made.session.report({ code: 'camera-busy', what: 'The camera is in use.', mend: 'Close other programs.' });
    return made;
  },
  clip: async () => {
    const made = await mount();
    await made.session.startRecording();
    await page.getByRole('button', { name: 'Stop recording' }).click();
    await expect.element(page.getByRole('heading', { name: 'Your clip is ready' })).toBeVisible();
    expect(made.session.state.clip?.bytes).toBe(CLIP.bytes);
    return made;
  },
  help: async () => {
    const made = await mount();
    await page.getByRole('button', { name: 'Help' }).click();
    return made;
  },
  health: async () => {
    const made = await mount();
    await showObjects(made);
    await page.getByRole('button', { name: /^How it runs/ }).click();
    return made;
  },
};

describe.each(['dark', 'light'])('in the %s theme', (scheme) => {
  beforeEach(async () => {
    await cdp().send('Emulation.setEmulatedMedia', {
      features: [
        { name: 'prefers-color-scheme', value: scheme },
        { name: 'prefers-reduced-motion', value: 'reduce' },
      ],
    });
  });
  afterEach(() => cdp().send('Emulation.setEmulatedMedia', { features: [] }));

  it.each(Object.keys(STATES))('%s: nothing for axe to complain about', async (name) => {
    const { app } = (await STATES[name]?.()) ?? (await mount());
    await settled(app);
    expect(matchMedia(`(prefers-color-scheme: ${scheme})`).matches).toBe(true);
    const { violations } = await axe.run(document.body, { rules: { region: { enabled: false } } });
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  });
});

describe.each([
  [320, 568],
  [375, 812],
  [768, 1024],
])('at %d x %d', (width, height) => {
  it.each(Object.keys(STATES))('%s: nothing is wider than the page', async (name) => {
    await page.viewport(width, height);
    const { app } = (await STATES[name]?.()) ?? (await mount());
    await settled(app);
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
    for (const part of app.renderRoot.querySelectorAll('.hud > *, .bottom > *, .messages > *, live-roto-welcome')) {
      const { left, right } = part.getBoundingClientRect();
      expect.soft(left, part.localName).toBeGreaterThanOrEqual(0);
      expect.soft(right, part.localName).toBeLessThanOrEqual(width);
    }
  });
});
