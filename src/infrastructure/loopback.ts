import { isIP } from 'node:net';

/** Whether a host is this machine itself: by name or number, with or without the brackets of IPv6, in any case. */
export function isLoopback(host: string): boolean {
  const name = withoutBrackets(host);
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
}

/** A host as it is compared: in lower case, IPv6 without its brackets. */
export function withoutBrackets(host: string): string {
  return host.toLowerCase().replace(/^\[|\]$/g, '');
}
