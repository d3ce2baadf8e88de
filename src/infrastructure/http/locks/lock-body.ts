import type { Lock } from '../../../application/queries/locks.js';

export function lockBody({ resource, revision, position: _position, ...lock }: Lock) {
  const { kind, scope, name } = resource;
  return { kind, scope, name, ...lock, revision: String(revision) };
}
