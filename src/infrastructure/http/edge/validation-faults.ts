import type { StandardSchemaV1 } from '@standard-schema/spec';
import { issuesWithin, type Issue as ZodIssue } from '../../../application/fault-words.js';
import { edgeProblem, isEdgeProblemCode } from './edge-problems.js';
import type { Fault, ProblemError } from './problem.js';
import { jsonPointer, visible } from './text-rules.js';

/** What zod's issues carry beyond the standard ones. */
interface Issue extends StandardSchemaV1.Issue {
  readonly code?: string;
  readonly keys?: readonly string[];
  readonly origin?: string;
  readonly params?: { readonly rule?: string };
}

const mostFaults = 20;
const numberOrigins = new Set(['number', 'int', 'bigint']);

function ruleOf(issue: Issue): string {
  if (issue.params?.rule !== undefined) return issue.params.rule;
  const isSize = issue.code === 'too_small' || issue.code === 'too_big';
  return isSize && numberOrigins.has(issue.origin ?? '') ? 'number-range' : 'validation';
}

const keyOf = (part: PropertyKey | StandardSchemaV1.PathSegment): PropertyKey =>
  typeof part === 'object' ? part.key : part;

function faultsOf(issue: Issue, place: Fault['in'], base: readonly string[]): Fault[] {
  const path = [...base, ...(issue.path ?? []).map(keyOf)];
  if (issue.code === 'unrecognized_keys') {
    return (issue.keys ?? []).map((key) => ({
      in: place,
      pointer: jsonPointer([...path, key]),
      rule: 'unknown-property',
      message: 'This property is not known here.',
    }));
  }
  return [{ in: place, pointer: jsonPointer(path), rule: ruleOf(issue), message: visible(issue.message) }];
}

/**
 * The 422 for values that do not fit their schema. Its code is the rule that was broken, if it is one and the same.
 * @param base the parameter's name, if the value is a single one
 */
export function validationProblem(
  issues: readonly StandardSchemaV1.Issue[],
  place: Fault['in'],
  base: readonly string[] = [],
): ProblemError {
  const faults = issues
    .slice(0, mostFaults)
    .flatMap((issue) => issuesWithin(issue as ZodIssue))
    .flatMap((issue) => faultsOf(issue as Issue, place, base));
  const [rule = 'validation', ...others] = new Set(faults.map((fault) => fault.rule));
  const code = others.length === 0 && isEdgeProblemCode(rule) ? rule : 'validation';
  const [first] = faults;
  const detail = first && `${first.in} ${first.pointer || '/'}: ${first.message}`;
  return edgeProblem(code, detail, { errors: faults.slice(0, mostFaults) });
}
