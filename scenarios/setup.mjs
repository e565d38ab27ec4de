/**
 * Makes a fresh clone ready: `node scenarios/setup.mjs start|test`, run by npm before those commands.
 *
 * Plain JavaScript without a package, because it is what installs the packages, and it runs on
 * whatever Node the machine has (20 and up). Exit status: 0 ready; 2 wrong usage; 3 something is
 * missing that cannot be had from here, named on one line with the one command that gets it.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const lockFile = join(root, 'package-lock.json');
/** Written when all is installed; `npm ci` deletes it with the folder. */
const stampFile = join(modules, '.breakwater-lock');
const nodeMajorMin = 26;

/**
 * Tools that are not npm packages: what shows that one is there, which Debian packages bring it,
 * and how a person gets it elsewhere.
 */
const tools = {
  chromium: {
    what: 'Chromium at /usr/bin/chromium, for the browser tests',
    isHere: () => existsSync('/usr/bin/chromium'),
    // Without the fonts Japanese pages render as boxes and every screenshot of them is wrong.
    debian: ['chromium', 'fonts-noto-cjk'],
    command: 'sudo apt-get install chromium fonts-noto-cjk',
  },
  postgres: {
    what: 'PostgreSQL 15 at /usr/lib/postgresql/15/bin, for the tests of several instances',
    isHere: () => existsSync('/usr/lib/postgresql/15/bin/postgres'),
    debian: ['postgresql-15'],
    command: 'sudo apt-get install postgresql-15',
  },
  redis: {
    what: 'Redis at /usr/bin/redis-server, for the tests of limits shared between instances',
    isHere: () => existsSync('/usr/bin/redis-server'),
    debian: ['redis-server'],
    command: 'sudo apt-get install redis-server',
  },
};

/** Which of them a command needs. */
const needs = { start: [], test: ['chromium', 'postgres', 'redis'] };

const say = (line) => process.stderr.write(`breakwater: ${line}\n`);

/** @returns {never} */
const missing = (what, command) => {
  say(`${what}; get it with: ${command}`);
  process.exit(3);
};

const seconds = (fromMs) => `${((Date.now() - fromMs) / 1000).toFixed(0)} s`;

/** The line that says why, out of what a failed tool wrote. */
const reason = ({ error, stderr, status, signal }) => {
  if (error !== undefined) return error.message;
  const lines = (stderr ?? '')
    .split('\n')
    .map((line) => /^(?:npm error|E:)\s+(?!(?:code|syscall|errno|path|dest) )(.+)/.exec(line)?.[1]);
  return lines.find((line) => line !== undefined) ?? `it ended with ${signal ?? status}`;
};

// ---------------------------------------------------------------- packages

/** What fixes the installed tree: the lock, and the platform its optional parts were chosen for. */
const wantedStamp = () => {
  const lock = createHash('sha256').update(readFileSync(lockFile)).digest('hex');
  return `${lock} ${process.platform}-${process.arch}\n`;
};

const read = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);

/** Whether npm scripts find a Node that is new enough: the packaged one leads their path. */
const hasNode = () =>
  existsSync(join(modules, '.bin', 'node')) || Number.parseInt(process.versions.node, 10) >= nodeMajorMin;

/** Whether npm's own record says that a person has installed just this lock by hand. */
const isInstalledByHand = () => {
  const record = read(join(modules, '.package-lock.json'));
  if (record === undefined) return false;
  const { packages: there } = JSON.parse(record);
  const { '': _project, ...wanted } = JSON.parse(readFileSync(lockFile, 'utf8')).packages;
  return (
    Object.keys(there).every((name) => name in wanted) &&
    // Optional ones are mostly for other platforms and rightly absent; the one we insist on is Node.
    Object.entries(wanted).every(([name, entry]) =>
      name in there ? there[name].version === entry.version : entry.optional || entry.devOptional,
    ) &&
    hasNode()
  );
};

/** npm as it is running us, or the one on the path: never a Node inside the folder that `npm ci` deletes. */
const npm = (...args) => {
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.startsWith(modules));
  const env = { ...process.env, PATH: path.join(delimiter) };
  const options = { cwd: root, encoding: 'utf8', env, stdio: ['ignore', 'ignore', 'pipe'] };
  const { npm_execpath: cli, npm_node_execpath: node } = process.env;
  const isInside = cli !== undefined && /npm-cli\.c?js$/.test(cli) && node !== undefined && !node.startsWith(modules);
  return isInside ? spawnSync(node, [cli, ...args], options) : spawnSync('npm', args, options);
};

/** Development and optional packages whatever NODE_ENV says: the one brings vitest, the other Node itself. */
const installCommand = 'npm ci --include=dev --include=optional';

const installPackages = () => {
  const stamp = read(stampFile);
  if (stamp === wantedStamp() || (stamp === undefined && isInstalledByHand())) return;
  const fromMs = Date.now();
  say(stamp === undefined ? 'installing the locked packages' : 'the lock has changed: installing the packages anew');
  // An older Node is what we are here to mend, so no engine rule of the machine may stop it.
  const quietly = ['--engine-strict=false', '--loglevel=error', '--no-audit', '--no-fund'];
  const done = npm(...installCommand.split(' ').slice(1), ...quietly);
  if (done.status !== 0) missing(`the packages are not installed (${reason(done)})`, installCommand);
  say(`packages installed in ${seconds(fromMs)}`);
};

const checkNode = () => {
  if (hasNode()) return;
  const here = `this is ${process.version} on ${process.platform}-${process.arch}`;
  const isPackaged = process.platform === 'linux' && process.arch === 'x64';
  missing(`Node ${nodeMajorMin} is missing (${here})`, isPackaged ? installCommand : `nvm install ${nodeMajorMin}`);
};

// ------------------------------------------------------------------- tools

const apt = (...args) =>
  spawnSync('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=120', '-o', 'Acquire::Retries=1', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });

/** Tries Debian packages where we may install them; answers why it did not work, tool by tool. */
const installFromDebian = (wanted) => {
  const refuse = (why) => wanted.map(() => why);
  if (process.getuid?.() !== 0) return refuse('not run as root');
  if (apt('--version').status !== 0) return refuse('no apt-get');
  const fromMs = Date.now();
  say(`installing ${wanted.flatMap((tool) => tool.debian).join(', ')}`);
  const updated = apt('update');
  // One by one: a package that this Debian does not have must not cost the others.
  const refused = wanted.map((tool) => {
    const installed = apt('install', '--yes', '--no-install-recommends', ...tool.debian);
    return installed.status === 0 ? undefined : reason(updated.status === 0 ? installed : updated);
  });
  if (refused.every((why) => why === undefined)) say(`installed in ${seconds(fromMs)}`);
  return refused;
};

/** A missing tool costs a person some skipped tests, and CI its whole result. */
const installTools = (names) => {
  const wanted = names.map((name) => tools[name]).filter((tool) => !tool.isHere());
  if (wanted.length === 0) return;
  const refused = installFromDebian(wanted);
  const still = wanted.filter((tool) => !tool.isHere());
  for (const tool of still) {
    const why = refused[wanted.indexOf(tool)];
    say(`missing: ${tool.what}${why ? ` (${why})` : ''}; get it with: ${tool.command}`);
  }
  if (still.length > 0 && process.env.CI === 'true') process.exit(3);
};

const command = process.argv[2] ?? '';
if (!Object.hasOwn(needs, command) || process.argv.length > 3) {
  say(`usage: node scenarios/setup.mjs ${Object.keys(needs).join('|')}`);
  process.exit(2);
}
if (!existsSync(lockFile)) missing('package-lock.json is missing', 'git checkout package-lock.json');
installPackages();
checkNode();
// Last, so that a set-up that fell short is tried again.
writeFileSync(stampFile, wantedStamp());
installTools(needs[command]);
