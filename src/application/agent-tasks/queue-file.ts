import { z } from 'zod';
import type { AgentTaskDescription } from '../../domain/agent-task/events.js';
import type { Queue } from '../../domain/agent-task/lifecycle.js';
import type { AgentTaskRefusal } from '../../domain/agent-task/refusals.js';
import { agentForm, type AgentProfile } from '../../domain/agent/agent.js';
import type { JsonObject } from '../../domain/kernel/json.js';
import { isStorable } from '../../domain/kernel/text.js';
import { nameForm } from '../../domain/lease/resource.js';
import { faultWords, toldFaults } from '../fault-words.js';
import { readJson } from './json-place.js';

export interface QueueFile {
  readonly type: 'QueueFile';
  readonly tasks: readonly Omit<Queue, 'nowMs'>[];
  readonly agents: readonly AgentProfile[];
}

type Unreadable = Extract<AgentTaskRefusal, { readonly type: 'UnreadableQueue' }>;

const id = z.union([z.string(), z.int()]).transform(String).pipe(z.string().regex(nameForm, 'is no task id'));
const text = z.string().max(10_000).refine(isStorable, 'is no storable text');
const agentName = z.string().regex(agentForm, 'is no name of an agent');
const none = z.union([z.literal(''), z.null()]).transform(() => null);
const urgencies = { critical: 4, high: 3, medium: 2, low: 1 } as const;

const task = z.looseObject({
  id,
  title: text.min(1),
  status: z.enum(['pending', 'in_progress', 'completed']).default('pending'),
  assigned_to: z.union([none, agentName]).default(null),
  task_type: z.union([none, text.max(128)]).default(null),
  dependencies: z.array(id).default([]),
  priority: z
    .union([z.int(), z.enum(['critical', 'high', 'medium', 'low']).transform((word) => urgencies[word])])
    .default(0),
  actual_time: z.union([none, text, z.number().transform(String)]).default(null),
  completion_notes: z.union([none, text]).default(null),
  claimed_on: z.unknown().optional(),
  last_updated: z.unknown().optional(),
  completed_on: z.unknown().optional(),
});

const file = z.looseObject({
  queue: z.array(task).max(10_000),
  ai_agents: z
    .array(z.looseObject({ name: agentName, specialty: z.union([none, text.max(128)]).default(null) }))
    .default([]),
});

/** Editors put it before UTF-8; it is no part of the JSON. */
const byteOrderMark = /^\uFEFF/;

/** The file that scripts keep their queue in, read whole or not at all. */
export function readQueueFile(queue: string, source: string): QueueFile | Unreadable {
  const read = readJson(source.replace(byteOrderMark, ''));
  if ('line' in read) return { type: 'UnreadableQueue', ...read };
  const parsed = file.safeParse(read.value, { error: faultWords });
  if (!parsed.success) return unfit(toldFaults(parsed.error, 'the file'));
  const tasks = parsed.data.queue.map((each) => taskOf(queue, each));
  const fault = faultAmong(tasks);
  if (fault) return unfit(fault);
  const agents = parsed.data.ai_agents.map(({ name, specialty }) => ({ name, speciality: specialty }));
  return { type: 'QueueFile', tasks, agents };
}

function unfit(message: string): Unreadable {
  return { type: 'UnreadableQueue', line: null, column: null, message };
}

/** What the file says of a lock is not taken over: whoever was at a task claims it again. */
function taskOf(queue: string, given: z.output<typeof task>): Omit<Queue, 'nowMs'> {
  const { id: taskId, title, status, assigned_to, task_type, dependencies, priority, actual_time, ...more } = given;
  const {
    completion_notes,
    claimed_on: _claimed,
    last_updated: _updated,
    completed_on: _completed,
    ...estimates
  } = more;
  const description: AgentTaskDescription = {
    queue,
    taskId,
    title,
    taskType: task_type,
    dependencies,
    assignedTo: assigned_to,
    priority,
    estimates: estimates as JsonObject,
  };
  if (status !== 'completed') return description;
  const completed = { agent: assigned_to ?? 'unknown', notes: completion_notes ?? '', actualTime: actual_time };
  return { ...description, completed };
}

function faultAmong(tasks: readonly AgentTaskDescription[]): string | undefined {
  const byId = new Map(tasks.map((each) => [each.taskId, each]));
  if (byId.size < tasks.length) {
    const twice = tasks.find(({ taskId }, index) => tasks.findIndex((each) => each.taskId === taskId) < index);
    return `task ${twice?.taskId} stands twice`;
  }
  const open = new Map(
    tasks.map(({ taskId, dependencies }) => [taskId, dependencies.filter((each) => byId.has(each))]),
  );
  // Whoever waits for nobody is taken away, until only circles are left.
  for (let before = -1; before !== open.size;) {
    before = open.size;
    for (const [taskId, waitsFor] of open) if (!waitsFor.some((each) => open.has(each))) open.delete(taskId);
  }
  return open.size === 0 ? undefined : `tasks ${[...open.keys()].join(', ')} wait for one another`;
}
