import { html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { INITIAL_STATE, isRecording, type AppState, type Offer } from '../session/app-state.js';
import type { Session } from '../session/session.js';
import { ActionEvent, ask, type Action, type TapMode } from './actions.js';
import { appLayout } from './app-layout.js';
import './clip-sheet.js';
import './effects.js';
import './health.js';
import './help.js';
import { icon } from './icons.js';
import { commandOf, contextOf, pressOf, type Command } from './keyboard.js';
import './objects.js';
import { perform, type PageHands } from './perform.js';
import './problems.js';
import './record.js';
import './source-picker.js';
import './stage.js';
import type { LiveRotoStage } from './stage.js';
import { base, theme } from './theme.js';
import './timeline.js';
import './welcome.js';

const OFFERS: Readonly<Record<Offer, { readonly words: string; readonly yes: string; readonly action: Action }>> = {
  'blur-background': {
    words: 'People are kept. Blur what is behind them?',
    yes: 'Blur',
    action: { kind: 'blur-background' },
  },
  'earlier-recording': {
    words: 'An earlier recording is still here, and not saved.',
    yes: 'Show it',
    action: { kind: 'show-clip', open: true },
  },
};

const HINT_MS = 5000;
const QUIET_AFTER_MS = 3000;

/** The whole page: lays elements out, gives them the state, and hands what they ask for to the session. */
@customElement('live-roto-app')
export class LiveRotoApp extends LitElement {
  static override readonly styles = [theme, base, appLayout];

  @property({ attribute: false }) session: Session | null = null;

  @state() private app: AppState = INITIAL_STATE;
  @state() private helpOpen = false;
  @state() private clipOpen = false;
  @state() private tapMode: TapMode = 'new';
  @state() private hint = '';
  @state() private dropping = false;
  /** Full screen and nobody moves: only the picture. */
  @state() private quiet = false;

  @query('live-roto-stage') private readonly stage!: LiveRotoStage;
  @query('#video-file') private readonly videoInput!: HTMLInputElement;

  private unsubscribe = (): void => undefined;
  private listeners = new AbortController();
  private hintTimer: ReturnType<typeof setTimeout> | undefined;
  private quietTimer: ReturnType<typeof setTimeout> | undefined;

  private readonly page: PageHands = {
    chooseFile: () => this.videoInput.click(),
    toggleFullScreen: () => void toggleFullScreen(),
    patch: ({ help, clipOpen, tapMode }) => {
      this.helpOpen = help ?? this.helpOpen;
      this.clipOpen = clipOpen ?? this.clipOpen;
      this.tapMode = tapMode ?? this.tapMode;
    },
    hint: (words) => {
      this.hint = words;
      clearTimeout(this.hintTimer);
      this.hintTimer = setTimeout(() => (this.hint = ''), HINT_MS);
    },
  };

  override connectedCallback(): void {
    super.connectedCallback();
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.addEventListener(ActionEvent.type, this.onAction, { signal });
    document.addEventListener('keydown', this.onKeyDown, { signal });
    document.addEventListener('keyup', this.onKeyUp, { signal });
    window.addEventListener('blur', () => ask(this, { kind: 'compare', on: false }), { signal });
    for (const name of ['pointermove', 'pointerdown', 'keydown', 'fullscreenchange']) {
      document.addEventListener(name, this.wake, { signal });
    }
    for (const name of ['dragover', 'dragleave', 'drop'] as const)
      document.addEventListener(name, this.onDrag, { signal });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.listeners.abort();
    this.unsubscribe();
    this.unsubscribe = () => undefined;
    clearTimeout(this.hintTimer);
    clearTimeout(this.quietTimer);
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('session')) return;
    this.unsubscribe();
    this.app = this.session?.state ?? INITIAL_STATE;
    this.unsubscribe = this.session?.subscribe((app) => this.show(app)) ?? (() => undefined);
  }

  override render(): TemplateResult {
    const { app } = this;
    const { source } = app;
    return html`
      <div class="shell ${this.quiet ? 'quiet' : ''}">
        ${this.session === null ? null : this.picture()} ${source === null ? this.welcome() : null}
        <div class="hud">
          <live-roto-source-picker
            .source=${source}
            .status=${app.sourceStatus}
            .cameras=${app.cameras}
            .cameraId=${app.cameraId}
            .microphone=${app.microphone}
          ></live-roto-source-picker>
          <div class="right">
            <live-roto-health .state=${app}></live-roto-health>
            ${this.corner()}
          </div>
          ${source === null ? null : this.tools()}
        </div>
        ${this.messages()}
        <live-roto-clip .clip=${app.clip} .stored=${app.stored} .open=${this.clipOpen}></live-roto-clip>
        <live-roto-help .open=${this.helpOpen}></live-roto-help>
        ${this.dropping ? html`<div class="drop">Drop a video to open it</div>` : null}
        <div class="sr-only" role="status" aria-live="polite">${this.hint === '' ? app.announcement : this.hint}</div>
        <input id="video-file" type="file" accept="video/*" hidden @change=${this.onFile} />
      </div>
    `;
  }

  private picture(): TemplateResult {
    const { app } = this;
    return html`<live-roto-stage
      .frameSize=${app.source?.size ?? null}
      .mirrored=${app.source?.mirrored ?? false}
      .generation=${app.generation}
      .objects=${app.objects}
      .memory=${app.memory}
      .selectedId=${app.selectedId}
      .tapMode=${this.tapMode}
      .transparent=${app.effects.background.kind === 'transparent'}
      .previews=${app.pipelineStatus === 'ready' && !app.comparing}
    ></live-roto-stage>`;
  }

  private welcome(): TemplateResult {
    return html`<main class="welcome">
      <live-roto-welcome .busy=${this.app.sourceStatus === 'opening'}></live-roto-welcome>
    </main>`;
  }

  private corner(): TemplateResult {
    return html`<div class="corner panel">
      ${
        this.app.source === null
          ? null
          : html`<button
              class="icon"
              aria-label="Compare: hold to see the untouched picture"
              aria-pressed=${this.app.comparing}
              @pointerdown=${() => ask(this, { kind: 'compare', on: true })}
              @pointerup=${() => ask(this, { kind: 'compare', on: false })}
              @pointerleave=${() => ask(this, { kind: 'compare', on: false })}
              @keydown=${this.onCompareKey}
              @keyup=${() => ask(this, { kind: 'compare', on: false })}
            >
              ${icon('compare')}
            </button>`
      }
      <button class="icon wide-only" aria-label="Full screen" @click=${() => ask(this, { kind: 'full-screen' })}>
        ${icon('full')}
      </button>
      <button class="icon" aria-label="Help" @click=${() => ask(this, { kind: 'help', open: true })}>
        ${icon('help')}
      </button>
    </div>`;
  }

  private tools(): TemplateResult {
    const { app } = this;
    const shown = app.objects.find((object) => object.id === app.selectedId) ?? app.objects.at(-1);
    return html`
      <div class="objects">
        <live-roto-objects
          .objects=${app.objects}
          .selectedId=${app.selectedId}
          .thumbnails=${app.thumbnails}
          .candidates=${app.candidates}
          .tapMode=${this.tapMode}
          .canUndo=${app.canUndo}
          .canRedo=${app.canRedo}
        ></live-roto-objects>
      </div>
      <div class="bottom">
        ${app.playback === null ? null : html`<live-roto-timeline .playback=${app.playback}></live-roto-timeline>`}
        <live-roto-effects
          .effects=${app.effects}
          .cutout=${shown === undefined ? null : (app.thumbnails.get(shown.id) ?? null)}
          .backgroundPicture=${app.backgroundPicture}
          .colour=${shown?.colour ?? '#ffd23f'}
        ></live-roto-effects>
        <live-roto-record
          .progress=${app.recording}
          .format=${app.format}
          .canRecord=${app.pipelineStatus !== 'dead'}
          .canSaveToDisk=${app.canSaveToDisk}
          .saveToDisk=${app.saveToDisk}
          .hasClip=${app.clip !== null || app.stored.length > 0}
          .support=${app.recordingSupport}
        ></live-roto-record>
      </div>
    `;
  }

  private messages(): TemplateResult {
    const { app } = this;
    return html`<div class="messages">
      ${app.problems.length === 0 ? null : html`<live-roto-problems .problems=${app.problems}></live-roto-problems>`}
      ${app.offer === null ? null : this.offer(app.offer)}
      ${this.hint === '' ? null : html`<div class="note panel"><p>${this.hint}</p></div>`}
    </div>`;
  }

  private offer(offer: Offer): TemplateResult {
    const { words, yes, action } = OFFERS[offer];
    return html`<div class="note panel">
      <p>${words}</p>
      <button class="primary" @click=${() => ask(this, action)}>${yes}</button>
      <button @click=${() => ask(this, { kind: 'dismiss-offer' })}>Not now</button>
    </div>`;
  }

  private show(app: AppState): void {
    // "This too" is about the object that was selected when it was chosen.
    if (app.selectedId !== this.app.selectedId) this.tapMode = 'new';
    if (app.clip === null) this.clipOpen = false;
    this.app = app;
  }

  private readonly onAction = (event: Event): void => {
    if (!(event instanceof ActionEvent) || this.session === null) return;
    event.stopPropagation();
    perform(event.action, this.session, this.page);
  };

  private readonly onKeyDown = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || this.helpOpen || (this.clipOpen && this.app.clip !== null)) return;
    const command = commandOf(pressOf(event), contextOf(event, this.stage));
    if (command !== null && this.carryOut(command)) event.preventDefault();
  };

  private readonly onKeyUp = (event: KeyboardEvent): void => {
    if (event.key.toLowerCase() === 'c' && this.app.comparing) ask(this, { kind: 'compare', on: false });
  };

  private readonly onCompareKey = (event: KeyboardEvent): void => {
    if (event.key === ' ' || event.key === 'Enter') ask(this, { kind: 'compare', on: true });
  };

  /** False when the key is the browser's after all. */
  private carryOut(command: Command): boolean {
    switch (command.kind) {
      case 'move':
      case 'fire':
      case 'box-mode':
      case 'cancel':
        return this.app.source !== null && this.stage.perform(command);
      case 'next-object':
        return this.stepObject(command.step);
      case 'candidate':
        return ask(this, { kind: 'candidate-step', step: command.step });
      case 'undo':
      case 'redo':
      case 'record':
      case 'full-screen':
        return ask(this, { kind: command.kind });
      case 'toggle-visible':
        return ask(this, { kind: 'toggle-selected' });
      case 'remove':
        return this.app.selectedId !== null && ask(this, { kind: 'remove-selected' });
      case 'compare':
        return ask(this, { kind: 'compare', on: true });
      case 'help':
        return ask(this, { kind: 'help', open: true });
    }
  }

  /** Tab goes from object to object, and past the last one on to the next control: the stage is no trap. */
  private stepObject(step: number): boolean {
    const { objects, selectedId } = this.app;
    const at = objects.findIndex((object) => object.id === selectedId);
    const isOn = this.shadowRoot?.activeElement === this.stage;
    const leaves = at === -1 && step < 0 ? false : at + step < 0 || at + step >= objects.length;
    if (!isOn || objects.length === 0 || leaves) return false;
    return ask(this, { kind: 'select-step', step });
  }

  private readonly wake = (): void => {
    this.quiet = false;
    clearTimeout(this.quietTimer);
    if (document.fullscreenElement === null) return;
    this.quietTimer = setTimeout(
      () => (this.quiet = !isRecording(this.app) && this.app.source !== null),
      QUIET_AFTER_MS,
    );
  };

  private readonly onDrag = (event: DragEvent): void => {
    if (event.dataTransfer?.types.includes('Files') !== true) return;
    event.preventDefault();
    this.dropping = event.type === 'dragover';
    if (event.type === 'drop') this.openFile(event.dataTransfer.files[0]);
  };

  private readonly onFile = (): void => {
    const file = this.videoInput.files?.[0];
    this.videoInput.value = '';
    this.openFile(file);
  };

  /** A picture becomes the background, anything else is tried as a video. */
  private openFile(file: File | undefined): void {
    if (file === undefined) return;
    if (file.type.startsWith('image/')) ask(this, { kind: 'background-picture', file });
    else ask(this, { kind: 'open-source', request: { kind: 'file', file } });
  }
}

async function toggleFullScreen(): Promise<void> {
  // Refused without a gesture or by policy: then the page simply stays as it is.
  if (document.fullscreenElement === null) await document.documentElement.requestFullscreen().catch(() => undefined);
  else await document.exitFullscreen();
}

declare global {
  interface HTMLElementTagNameMap {
    'live-roto-app': LiveRotoApp;
  }
}
