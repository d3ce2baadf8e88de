// The product as it is started, with operations that do what their parameters say instead of playing the game.
import { startHoldfast } from '../../bundle/start-holdfast.js';
import { loadConfig } from '../../bundle/infrastructure/config/load-config.js';
import { askedToStop } from './asked-to-stop.mjs';
import { scriptedOperations } from './scripted-operations.mjs';

const asked = askedToStop();
const running = await startHoldfast(
  loadConfig(process.env),
  (error) => {
    console.error(error.message);
    process.exit(1);
  },
  { operations: scriptedOperations },
);
console.error(`up at ${running.url}`);
const cut = await running.stop(await asked);
process.exit(cut > 0 ? 124 : 0);
