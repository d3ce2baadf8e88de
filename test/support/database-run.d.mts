export function folderOfRun(pid: number): string;
export function databasesOfRun(pid: number): string;
