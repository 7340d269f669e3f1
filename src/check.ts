import { html, nothing, render, type TemplateResult } from 'lit';
import { openSample } from './capture/sample-source.js';
import { checkBrowser, type CheckReport, type CheckStep } from './session/browser-check.js';
import { describeReport, verdictOf } from './session/browser-check-words.js';

type View =
  | { readonly phase: 'idle' }
  | { readonly phase: 'running'; readonly step: CheckStep; readonly done: number }
  | { readonly phase: 'done'; readonly report: CheckReport };

const SECONDS = 10;
const STEP_NAMES: Readonly<Record<CheckStep, string>> = {
  loading: 'Loading the model',
  measuring: 'Measuring',
  scoring: 'Comparing with the truth',
};

function required<T extends Element>(selector: string, type: new () => T): T {
  const element = document.querySelector(selector);
  if (!(element instanceof type)) throw new Error(`check.html has no ${selector}.`);
  return element;
}

const panel = required('#panel', HTMLElement);
const stage = required('#stage', HTMLCanvasElement);

function show(view: View): void {
  render(pageOf(view), panel);
}

function pageOf(view: View): TemplateResult {
  switch (view.phase) {
    case 'idle':
      return html`<p><button id="start" @click=${start}>Start the check</button></p>`;
    case 'running':
      return html`
        <p role="status">${STEP_NAMES[view.step]} …</p>
        <progress aria-label=${STEP_NAMES[view.step]} max="1" .value=${view.done}></progress>
      `;
    case 'done':
      return resultOf(view.report);
  }
}

function resultOf(report: CheckReport): TemplateResult {
  const text = JSON.stringify({ ...report, verdict: verdictOf(report), userAgent: navigator.userAgent }, null, 2);
  return html`
    <p role="status"><strong>${verdictOf(report)}</strong></p>
    ${report.problems.map(({ what, mend }) => html`<p>${what} ${mend}</p>`)}
    <table>
      <caption>
        What was found
      </caption>
      <tbody>
        ${describeReport(report).map(
          ({ name, value, note }) => html`
            <tr>
              <th scope="row">${name}</th>
              <td>${value}${note === '' ? nothing : html` <small>${note}</small>`}</td>
            </tr>
          `,
        )}
      </tbody>
    </table>
    <p><button @click=${() => location.reload()}>Check again</button></p>
    <details>
      <summary>As text, for a report</summary>
      <pre id="result" tabindex="0" aria-label="The result as JSON">${text}</pre>
    </details>
  `;
}

async function start(): Promise<void> {
  show({ phase: 'running', step: 'loading', done: 0 });
  const report = await checkBrowser({
    canvas: stage.transferControlToOffscreen(),
    openSample,
    baseUrl: new URL('./', document.baseURI).href,
    seconds: SECONDS,
    onStep: (step, done) => show({ phase: 'running', step, done }),
  });
  show({ phase: 'done', report });
}

show({ phase: 'idle' });
