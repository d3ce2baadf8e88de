import { usage } from '../failure.js';

const secretOptions =
  /^--?(password|passwd|pass|secret|api-?key|bearer|auth|authorization|agent-?token|access-?token)(=|$)/i;
const credentialsInUrl = /[a-z][a-z0-9+.-]*:\/\/[^\s/@:]*:[^\s/@]+@/i;
const webToken = /(^|[\s=])eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/;

/**
 * A secret among the arguments stands in the shell's history and in every list of processes.
 * @throws Failure
 */
export function refuseSecrets(args: readonly string[]): void {
  for (const arg of ours(args)) {
    if (!secretOptions.test(arg) && !credentialsInUrl.test(arg) && !webToken.test(arg)) continue;
    const where = arg.startsWith('-') ? ` (${arg.split('=', 1)[0]})` : '';
    throw usage(
      `A secret is not taken as an argument${where}: everybody on this machine can read it there. Put it in the environment, such as HOLDFAST_URL.`,
    );
  }
}

/** What stands behind `--` is the command line of another program. */
function ours(args: readonly string[]): readonly string[] {
  const end = args.indexOf('--');
  return end === -1 ? args : args.slice(0, end);
}
