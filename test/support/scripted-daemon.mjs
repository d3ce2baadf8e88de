// The product as it is started, with operations that do what their parameters say instead of playing the game.
import { startHoldfast } from '../../bundle/start-holdfast.js';
import { loadConfig } from '../../bundle/infrastructure/config/load-config.js';
import { scriptedOperations } from './scripted-operations.mjs';

const running = await startHoldfast(
  loadConfig(process.env),
  (error) => {
    console.error(error.message);
    process.exit(1);
  },
  { operations: scriptedOperations },
);
console.error(`up at ${running.url}`);
let stopping = false;
process.on('SIGTERM', () => {
  if (stopping) return;
  stopping = true;
  void running.stop('SIGTERM').then((cut) => process.exit(cut > 0 ? 124 : 0));
});
