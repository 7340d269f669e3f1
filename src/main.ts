import { browserTools } from './session/browser-tools.js';
import { guardUnload } from './session/guard-unload.js';
import { keepForOffline } from './session/offline.js';
import { Session } from './session/session.js';
import './ui/app.js';

const session = new Session(browserTools());
guardUnload(session);
const app = document.querySelector('live-roto-app');
if (app === null) throw new Error('The page has no <live-roto-app>.');
app.session = session;
addEventListener('load', keepForOffline);
