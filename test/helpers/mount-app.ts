import { expect, vi } from 'vitest';
import { ok } from '../../src/shared/errors.js';
import type { SourceInfo } from '../../src/shared/frame.js';
import { ActionEvent, type Action } from '../../src/ui/actions.js';
import '../../src/ui/app.js';
import type { LiveRotoApp } from '../../src/ui/app.js';
import type { LiveRotoStage } from '../../src/ui/stage.js';
import { FakeSource, makeSession } from './test-session.js';

/** The whole page on a real session and a pipeline without pixels. Unmount it with `remove`. */
export async function mountApp(source: Partial<SourceInfo> | null = {}) {
  const made = makeSession({ openSource: async () => ok(new FakeSource(source ?? {})) });
  const app = document.createElement('live-roto-app');
  const actions: Action[] = [];
  app.addEventListener(ActionEvent.type, (event) => event instanceof ActionEvent && actions.push(event.action), {
    capture: true,
  });
  app.session = made.session;
  document.body.append(app);
  await app.updateComplete;
  if (source !== null) {
    await made.session.openSource({ kind: 'sample' });
    // The stage starts the pipeline when it has its canvas; until then nobody hears its events.
    await vi.waitFor(() => expect(made.session.state.pipelineStatus).toBe('ready'), { timeout: 10_000 });
  }
  await settled(app);
  const remove = async (): Promise<void> => {
    app.remove();
    await made.session.dispose();
  };
  return { ...made, app, actions, remove };
}

/** Two frames: enough for a ResizeObserver and the updates that it causes. */
export async function settled(app: LiveRotoApp): Promise<void> {
  for (let i = 0; i < 2; i++) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    await app.updateComplete;
  }
}

export function stageOf(app: LiveRotoApp): LiveRotoStage {
  const stage = app.renderRoot.querySelector('live-roto-stage');
  if (stage === null) throw new Error('There is no stage.');
  return stage;
}
