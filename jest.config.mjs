const swc = {
  swcrc: false,
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    target: 'es2022',
    keepClassNames: true,
  },
  module: { type: 'es6' },
  sourceMaps: 'inline',
};

export default {
  testEnvironment: 'node',
  globalSetup: '<rootDir>/test/support/before-run.mjs',
  globalTeardown: '<rootDir>/test/support/after-run.mjs',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '\\.ts$': ['@swc/jest', swc] },
  testTimeout: 60_000,
  maxWorkers: 3,
  // Modules of a test file are never let go of: a worker that has run a hundred files spends most of its time collecting.
  workerIdleMemoryLimit: '700MB',
  testSequencer: '<rootDir>/test/support/longest-first.mjs',
  coverageProvider: 'v8',
  collectCoverageFrom: ['src/**/*.ts'],
};
