const escape = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** A route's path as the router writes it (`/ships/:symbol`, `/docs/*`) as an expression over a request's path. */
function pathForm(route: string): RegExp {
  const parts = route.split(/(:[A-Za-z_]\w*|\*)/).map((part) => {
    if (part === '*') return '.*';
    return part.startsWith(':') ? '[^/]+' : escape(part);
  });
  return new RegExp(`^${parts.join('')}$`);
}

/** Knows which methods each address takes, so that a wrong one can be told from a wrong address. */
export class AllowedMethods {
  readonly #routes: { readonly form: RegExp; readonly methods: readonly string[] }[] = [];

  add(route: string, methods: readonly string[]): void {
    this.#routes.push({ form: pathForm(route), methods });
  }

  /** The methods a path takes, in alphabetical order; none if nothing is there. */
  of(path: string): string[] {
    const found = this.#routes.filter(({ form }) => form.test(path)).flatMap(({ methods }) => methods);
    return [...new Set(found)].sort();
  }
}
