/** The configuration is refused. `faults` holds one sentence for each fault; the process ends with `exitCode` (EX_CONFIG). */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly exitCode = 78;

  constructor(readonly faults: readonly string[]) {
    super(['The configuration is refused:', ...faults.map((fault) => `  - ${fault}`)].join('\n'));
  }
}
