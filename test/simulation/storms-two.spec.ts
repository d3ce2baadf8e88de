import { describeStorms } from './world/storms.js';

describe('[F1, F9, F10, F15, F16] a fleet in a storm', () => {
  describeStorms(1, 3);
});
