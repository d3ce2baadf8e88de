import type { MetricsBeside } from './scrape.js';

/** The metrics that another process serves. Rejects when it does not. */
export function metricsAt(url: string): MetricsBeside {
  return async (signal) => {
    const response = await fetch(url, { signal, redirect: 'error' });
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    return response.text();
  };
}
