// Brings a fresh clone to the state that the next script needs: `install` (packages as locked) or `build` (packages, dist and bundle).
// Types are for `npm run types`: building does without, in half the time.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const stamp = join(root, 'node_modules', '.holdfast-lock');

function run(command, args) {
  const done = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (done.status !== 0) {
    console.error(`"${[command, ...args].join(' ')}" failed; what it printed stands above.`);
    process.exit(done.status ?? 1);
  }
}

function install() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.error('Installing packages (once)…');
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(stamp, wanted);
}

function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function build() {
  const built = join(root, 'dist', '.built');
  const sources = [
    ...['src', 'web', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json', 'scripts/bundle.mjs'],
    ...['clients/typescript/src', 'clients/typescript/tsconfig.json'],
  ].map((name) => newest(join(root, name)));
  if (existsSync(built) && statSync(built).mtimeMs > Math.max(...sources)) return;
  console.error('Building…');
  mkdirSync(join(root, 'dist'), { recursive: true });
  run('npx', ['--no-install', 'tsc', '-p', 'tsconfig.build.json', '--noCheck']);
  run('npx', ['--no-install', 'vite', 'build', 'web']);
  run('npx', ['--no-install', 'tsc', '-p', 'clients/typescript', '--noCheck']);
  run('node', ['scripts/bundle.mjs']);
  writeFileSync(built, '');
}

install();
if (process.argv[2] === 'build') build();
