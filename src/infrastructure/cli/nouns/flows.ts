import type { Command } from 'commander';
import type { Resource } from '../../../domain/lease/resource.js';
import type { ChangedFlow, ChangedPhase, ClaimedPhase, FlowPage, FlowWhy, AbandonedPhase } from '../answers.js';
import { asOperator, fresh, paged, remarkOnAge, remarkOnMore, writes } from '../common-options.js';
import type { AsOperator, Fresh, Paged, Writes } from '../common-options.js';
import { does } from '../does.js';
import { withExamples } from '../examples.js';
import { Failure } from '../failure.js';
import { evidenceOf, forSession, sessionOf, type ForSession } from '../parse/claiming.js';
import { jsonValue } from '../parse/json-value.js';
import { lockName } from '../parse/lock-name.js';
import { underToken, tokenOf, type UnderToken } from '../parse/under-token.js';
import { several, wholeNumber } from '../parse/values.js';
import { flowPath, phasePath } from '../paths.js';
import { flowColumns, flowEntries, toldFlow } from '../print/flows.js';
import { span } from '../print/moments.js';
import { shellExports } from '../print/shell-exports.js';
import { list } from '../print/table.js';
import type { World } from '../world.js';
import { eventHistory } from './history.js';

/** Work in phases, each of which is executed once and by one. */
export function flows(program: Command, world: World): void {
  const noun = program
    .command('flows')
    .description('Flows: phases in their order, each executed once, by one at a time');
  withExamples(
    noun,
    'holdfast flows declare assessment-7f3a readiness complexity finalization --idle finalization',
    'holdfast flows resume assessment-7f3a readiness --agent worker-3',
    'holdfast flows complete assessment-7f3a readiness --token 1',
    'holdfast flows get assessment-7f3a',
  );
  declareVerb(noun, world);
  readVerbs(noun, world);
  resumeVerb(noun, world);
  phaseVerbs(noun, world);
  steerVerbs(noun, world);
}

function declareVerb(noun: Command, world: World): void {
  const declare = noun
    .command('declare <flow> <phases...>')
    .description('Declare a flow with its phases in their order; the same again changes nothing')
    .option('--idle <phases>', 'those for which nothing is executed, and no lock is held', several, [])
    .option('--max-failures <n>', 'after so many failures of one phase the flow has failed', wholeNumber(1));
  withExamples(declare, 'holdfast flows declare assessment-7f3a readiness complexity finalization --idle finalization');
  does<Writes & { idle: readonly string[]; maxFailures?: number }, [string, readonly string[]]>(
    writes(declare),
    world,
    async (invocation, { idle, maxFailures, idempotencyKey }, id, names) => {
      const phases = names.map((name) => ({ name, runs: !idle.includes(name) }));
      const body = { id, phases, ...(maxFailures !== undefined && { maxFailures }) };
      invocation.show(await invocation.api.post<ChangedFlow>('flows', { body, idempotencyKey }), toldFlow);
    },
  );
}

function readVerbs(noun: Command, world: World): void {
  const listing = fresh(paged(noun.command('list')))
    .description('Flows by id')
    .option('--status <words>', 'initialized, in_progress, paused, completed, failed or cancelled', several);
  withExamples(listing, 'holdfast flows list', 'holdfast flows list --status in_progress,paused --json');
  does<Paged & Fresh & { status?: readonly string[] }, []>(listing, world, async (invocation, filter) => {
    invocation.show(await invocation.api.get<FlowPage>('flows', { ...filter }), ({ flows: all, next, ageMs }) => {
      remarkOnAge(invocation, { ageMs });
      const text = invocation.table(
        flowColumns(invocation.when),
        all,
        'No flow fits. Declare one with: holdfast flows declare FLOW PHASE…',
      );
      remarkOnMore(invocation, next);
      return text;
    });
  });

  const get = noun.command('get <flow>').description('One flow with its phases, and who has the one that is due');
  withExamples(get, 'holdfast flows get assessment-7f3a');
  does<object, [string]>(get, world, async (invocation, _options, id) => {
    invocation.show(await invocation.api.get<FlowWhy>(`${flowPath(id)}/why`), ({ flow, why }) =>
      list(flowEntries(flow, why, invocation.when), invocation.colors.bold),
    );
  });

  const history = noun.command('history <flow>').description('Everything that was decided about a flow, newest first');
  withExamples(history, 'holdfast flows history assessment-7f3a');
  does<Paged, [string]>(paged(history), world, (invocation, page, id) => eventHistory(invocation, flowPath(id), page));
}

interface Resume extends ForSession, Writes {
  readonly agent: string;
}

function resumeVerb(noun: Command, world: World): void {
  const resume = forSession(noun.command('resume <flow> <phase>'))
    .description('Begin the phase that you take to be due: one of all who ask gets the token, the others exit with 6')
    .requiredOption('--agent <name>', 'whom it is done for');
  withExamples(
    resume,
    'holdfast flows resume assessment-7f3a readiness --agent worker-3',
    'eval "$(holdfast flows resume assessment-7f3a readiness --agent worker-3 --export --pid $$)"',
  );
  does<Resume, [string, string]>(writes(resume), world, async (invocation, options, id, phase) => {
    const { agent, idempotencyKey } = options;
    const holder = sessionOf(options, agent, world);
    const body = { expectedPhase: phase, holder, owner: agent, ...(await evidenceOf(options)) };
    const answer = await invocation.api.post<ClaimedPhase>(`${flowPath(id)}/resume`, { body, idempotencyKey });
    const { status, message, token, renewMs = 0 } = answer.body;
    if (status !== 'resumed') {
      if (invocation.globals.json) invocation.print(answer.text);
      throw new Failure(6, message);
    }
    if (token === undefined)
      return options.export ? invocation.remark(message) : invocation.show(answer, () => message);
    if (options.export) return invocation.print(shellExports(lockName(`phase:${id}/${phase}`), token, holder));
    invocation.show(answer, () => `${message} (token ${token}); renew it every ${span(renewMs)}`);
  });
}

type OfPhase = UnderToken & Writes;
const phaseOf = (flow: string, phase: string): Resource => ({ kind: 'phase', scope: flow, name: phase });

function phaseVerbs(noun: Command, world: World): void {
  const of = (words: string, description: string): Command =>
    writes(underToken(noun.command(words).description(description)));
  const told = ({ flow, phase }: ChangedPhase): string =>
    `${phase.name} is ${phase.status}; ${toldFlow({ flow, already: false })}`;

  const complete = of('complete <flow> <phase>', 'A phase is done; the flow goes on by one').option(
    '--result <json>',
    'what came of it: JSON or @FILE',
    jsonValue,
  );
  withExamples(complete, 'holdfast flows complete assessment-7f3a readiness --token 1 --result \'{"score":7}\'');
  does<OfPhase & { result?: unknown }, [string, string]>(complete, world, async (invocation, options, id, phase) => {
    const { result, idempotencyKey } = options;
    const body = { token: tokenOf(options, phaseOf(id, phase), world), ...(result !== undefined && { result }) };
    invocation.show(
      await invocation.api.post<ChangedPhase>(`${phasePath(id, phase)}/complete`, { body, idempotencyKey }),
      told,
    );
  });

  const fail = of('fail <flow> <phase> <error>', 'An attempt failed: the phase may be claimed again').option(
    '--fail-flow',
    'the whole flow has failed, and stands until it is continued',
  );
  withExamples(fail, 'holdfast flows fail assessment-7f3a readiness "the model is away" --token 1');
  does<OfPhase & { failFlow?: true }, [string, string, string]>(
    fail,
    world,
    async (invocation, options, id, phase, error) => {
      const { failFlow = false, idempotencyKey } = options;
      const body = { token: tokenOf(options, phaseOf(id, phase), world), error, failFlow };
      invocation.show(
        await invocation.api.post<ChangedPhase>(`${phasePath(id, phase)}/fail`, { body, idempotencyKey }),
        told,
      );
    },
  );

  const progress = of('progress <flow> <phase> <json>', 'Keep a milestone of the work in the log; it renews as well');
  withExamples(progress, 'holdfast flows progress assessment-7f3a readiness \'{"percent":40}\' --token 1');
  does<OfPhase, [string, string, string]>(progress, world, async (invocation, options, id, phase, text) => {
    const body = { token: tokenOf(options, phaseOf(id, phase), world), progress: jsonValue(text) };
    const { idempotencyKey } = options;
    invocation.show(
      await invocation.api.post<ChangedPhase>(`${phasePath(id, phase)}/progress`, { body, idempotencyKey }),
      told,
    );
  });

  const abandon = of('abandon <flow> <phase> [word]', 'Abandon a phase: it may be claimed again at once');
  withExamples(abandon, 'holdfast flows abandon assessment-7f3a readiness stopped --token 1');
  does<OfPhase, [string, string, string | undefined]>(abandon, world, async (invocation, options, id, phase, word) => {
    const body = { token: tokenOf(options, phaseOf(id, phase), world), ...(word !== undefined && { reason: word }) };
    const { idempotencyKey } = options;
    const answer = await invocation.api.post<AbandonedPhase>(`${phasePath(id, phase)}/abandon`, {
      body,
      idempotencyKey,
    });
    invocation.show(answer, ({ freed, already }) => {
      if (!freed) return `Nobody ever held ${phase}`;
      return already ? `${phase} was freed before (${freed.reason})` : `${phase} is abandoned`;
    });
  });
}

function steerVerbs(noun: Command, world: World): void {
  const verbs = {
    pause: 'Let what runs end, and begin nothing new',
    continue: 'Let a paused or failed flow go on; its phases are claimed as ever',
    cancel: 'End a flow for good; whoever runs a phase is refused from now on',
  };
  for (const [verb, description] of Object.entries(verbs)) {
    const command = writes(asOperator(noun.command(`${verb} <flow>`).description(description))).requiredOption(
      '--reason <text>',
      'why; everybody can read it',
    );
    withExamples(command, `holdfast flows ${verb} assessment-7f3a --reason "the client asked for it"`);
    does<AsOperator & Writes & { reason: string }, [string]>(command, world, async (invocation, options, id) => {
      const { operator, reason, idempotencyKey } = options;
      if (verb === 'cancel') await invocation.confirm(`Flow ${id} ends for good.`);
      const path = `${flowPath(id)}/${verb}`;
      invocation.show(
        await invocation.api.post<ChangedFlow>(path, { body: { operator, reason }, idempotencyKey }),
        toldFlow,
      );
    });
  }
}
