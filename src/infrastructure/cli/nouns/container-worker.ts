import type { Command } from 'commander';
import type { ChangedContainer, RenewedContainer } from '../answers.js';
import { writes, type Writes } from '../common-options.js';
import { does } from '../does.js';
import { jsonObject, jsonValue } from '../parse/json-value.js';
import { duration, several, token } from '../parse/values.js';
import { containerPath } from '../paths.js';
import { told } from '../print/containers.js';
import { span } from '../print/moments.js';
import type { Invocation } from '../invocation.js';
import type { World } from '../world.js';

interface UnderToken extends Writes {
  readonly token: number;
}

/** What the worker of a container says of it, each time under the token of its attempt. */
export function workerVerbs(container: Command, world: World): void {
  const worker = (name: string, description: string): Command =>
    container.command(name).description(description).requiredOption('--token <n>', 'of this attempt', token);
  const report = (command: Command, verb: string): void => {
    does<UnderToken, [string]>(writes(command), world, (invocation, { idempotencyKey, ...body }, id) =>
      tell(invocation, id, verb, body, idempotencyKey),
    );
  };

  const renew = worker('heartbeat <container>', 'A renewal by the worker; the answer says whether to go on')
    .option('--cursor <json>', 'where the work stands, in your own words: JSON or @FILE', jsonValue)
    .option('--quiet-for <time>', 'you will be silent for so long, and are not to be taken for dead', duration);
  does<UnderToken & { quietFor?: number }, [string]>(renew, world, async (invocation, { quietFor, ...renewal }, id) => {
    const body = { ...renewal, ...(quietFor !== undefined && { quietForMs: quietFor }) };
    const answer = await invocation.api.post<RenewedContainer>(containerPath(id, 'heartbeat'), { body });
    invocation.show(answer, ({ status, stop, stopReason, renewMs }) =>
      stop ? `Stop: ${stopReason ?? status}.` : `${status}: go on, and renew again within ${span(renewMs)}.`,
    );
  });

  report(
    worker('iterate <container>', 'One more iteration is done')
      .option('--visited <waypoints>', 'the markets of this lap in the order they were visited', several)
      .option('--report <json>', 'what came of it: a JSON object or @FILE', jsonObject),
    'iterations',
  );

  const visit = worker('visit <container> <waypoint>', 'A market of the tour was visited');
  does<UnderToken, [string, string]>(writes(visit), world, (invocation, { idempotencyKey, ...body }, id, waypoint) =>
    tell(invocation, id, 'visits', { ...body, waypoint }, idempotencyKey),
  );

  report(worker('complete <container>', 'The attempt ended well'), 'complete');
  report(
    worker('fail <container>', 'The attempt failed; the answer says whether and when there is another')
      .requiredOption('--error <text>', 'what went wrong')
      .option('--permanent', 'no repeat can cure it: final, whatever the policy'),
    'fail',
  );
}

async function tell(
  invocation: Invocation,
  id: string,
  verb: string,
  body: object,
  key: string | undefined,
): Promise<void> {
  const path = containerPath(id, verb);
  const answer = await invocation.api.post<ChangedContainer>(path, { body, idempotencyKey: key });
  invocation.show(answer, (changed) => told(changed, invocation.when));
}
