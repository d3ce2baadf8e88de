import type { UseQueryResult } from '@tanstack/react-query';
import { Component, type ReactNode } from 'react';
import { Refused } from '../api/client.js';
import { useFeed } from '../api/use-feed.js';
import { Ago } from '../say/now.js';

interface PanelProps {
  readonly id: string;
  readonly title: string;
  /** What it is made of; the first failure among them is told, and what was read before stays. */
  readonly reads: readonly Pick<UseQueryResult, 'error' | 'dataUpdatedAt' | 'isPending' | 'isEnabled'>[];
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** One part of the page, which fails alone. */
export function Panel({ id, title, reads, aside, children }: PanelProps): ReactNode {
  const { state } = useFeed();
  // While the server is away one banner says so for all, and nothing moves.
  const failed = state.type === 'away' ? undefined : reads.find(({ error }) => error !== null)?.error;
  const oldest = Math.min(...reads.filter(({ dataUpdatedAt }) => dataUpdatedAt > 0).map((one) => one.dataUpdatedAt));
  return (
    <section id={id} className="panel" aria-labelledby={`${id}-title`} tabIndex={-1}>
      <header>
        <h2 id={`${id}-title`}>{title}</h2>
        {aside}
        <span className="age">{Number.isFinite(oldest) && <>read {<Ago atMs={oldest} />}</>}</span>
      </header>
      {failed && (
        <p role="alert" className="failure">
          ⚠ {sentenceOf(failed)} {Number.isFinite(oldest) && 'What stands here is older.'}
        </p>
      )}
      <Breakable>{children}</Breakable>
    </section>
  );
}

function sentenceOf(error: Error): string {
  if (error instanceof Refused && error.status === 404) return 'This server does not have it.';
  return error.message;
}

/** Keeps a fault of one panel from taking the page with it. */
class Breakable extends Component<{ readonly children: ReactNode }, { readonly broken: Error | null }> {
  override state: { readonly broken: Error | null } = { broken: null };

  static getDerivedStateFromError(broken: Error) {
    return { broken };
  }

  override render(): ReactNode {
    const { broken } = this.state;
    if (!broken) return this.props.children;
    return (
      <p role="alert" className="failure">
        ⚠ This part of the page failed: {broken.message}
      </p>
    );
  }
}
