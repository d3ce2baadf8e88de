// The product as it is started, with operations of which some are broken.
import { startHoldfast } from '../../bundle/start-holdfast.js';
import { loadConfig } from '../../bundle/infrastructure/config/load-config.js';
import { askedToStop } from './asked-to-stop.mjs';

const asked = askedToStop();
const failed = (error) => {
  console.error(error.message);
  process.exit(1);
};
const stepModule = new URL(`odd-steps.mjs?${process.env.ODD_SHIPS}`, import.meta.url);
const running = await startHoldfast(loadConfig(process.env), failed, { stepModule });
const cut = await running.stop(await asked);
process.exit(cut > 0 ? 124 : 0);
