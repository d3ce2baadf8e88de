/** `X1-GZ7-A1` lies in `X1-GZ7`; undefined for what is no waypoint's symbol. */
export function systemOf(waypoint: string): string | undefined {
  const parts = waypoint.split('-');
  return parts.length === 3 ? parts.slice(0, 2).join('-') : undefined;
}
