// The product as it is started, with operations of which some are broken.
import { startHoldfast } from '../../bundle/start-holdfast.js';
import { loadConfig } from '../../bundle/infrastructure/config/load-config.js';

const failed = (error) => {
  console.error(error.message);
  process.exit(1);
};
const stepModule = new URL(`odd-steps.mjs?${process.env.ODD_SHIPS}`, import.meta.url);
const running = await startHoldfast(loadConfig(process.env), failed, { stepModule });
process.once('SIGTERM', () => void running.stop('SIGTERM').then((cut) => process.exit(cut > 0 ? 124 : 0)));
