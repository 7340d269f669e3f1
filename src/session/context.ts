import type { Problem } from '../shared/errors.js';
import type { AppState } from './app-state.js';
import type { PipelineConnection } from './pipeline-connection.js';
import type { Store } from './store.js';

/** What the parts of a session share. */
export type SessionContext = {
  readonly store: Store<AppState>;
  /** The pipeline that is alive now; ask again after every await. */
  pipeline(): PipelineConnection | null;
  report(problem: Problem): void;
};
