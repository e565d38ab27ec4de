/**
 * Makes a fresh clone ready: `node scenarios/setup.mjs start|test`, run by npm before those commands;
 * `live` and `tools` get what the live stage needs (`tools`: only what is built here).
 *
 * Plain JavaScript without a package, because it is what installs the packages, and it runs on
 * whatever Node the machine has (20 and up). Exit status: 0 ready; 2 wrong usage; 3 something is
 * missing that cannot be had from here, named on one line with the one command that gets it.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const lockFile = join(root, 'package-lock.json');
/** Written when all is installed; `npm ci` deletes it with the folder. */
const stampFile = join(modules, '.breakwater-lock');
const nodeMajorMin = 26;

/** Of the tools that are built here; the live stage and a test of `docker-compose.yml` read the same file. */
const versions = JSON.parse(readFileSync(join(root, 'scenarios', 'tool-versions.json'), 'utf8'));
/** Where tools that are built here are kept, one folder a version. */
const cache = process.env.BREAKWATER_CACHE || join(homedir(), '.cache', 'breakwater');

/** Go where people have it: on the path, or where its own installer puts it. */
const findGo = () =>
  ['go', '/usr/local/go/bin/go'].find((go) => spawnSync(go, ['version'], { stdio: 'ignore' }).status === 0);

/**
 * A Go program at a pinned version, built into the cache. Inside a module of its own rather than by
 * `go install <module>@<version>`: that asks which versions there are, and a module proxy that serves
 * this one need not know.
 */
const goTool = ({ name, title, version, module, from, binary }) => {
  const folder = join(cache, `${name}-${version}`);
  const file = join(folder, binary);
  const command = `node scenarios/setup.mjs live (needs Go; get it with: sudo apt-get install golang-go)`;
  return {
    what: `${title} ${version} at ${file}, for the live stage`,
    isHere: () => existsSync(file),
    debian: [],
    command,
    build() {
      const go = findGo();
      if (go === undefined) return 'no Go to build it with';
      const place = mkdtempSync(join(tmpdir(), `breakwater-${name}-`));
      const fromMs = Date.now();
      say(`building ${title} ${version}`);
      try {
        writeFileSync(
          join(place, 'go.mod'),
          `module breakwater.test/tool\n\ngo 1.23\n\nrequire ${module} v${version}\n`,
        );
        writeFileSync(join(place, 'tool.go'), `//go:build tools\n\npackage tool\n\nimport _ "${from}"\n`);
        const env = {
          ...process.env,
          GOFLAGS: '-mod=mod -buildvcs=false',
          GOTOOLCHAIN: process.env.GOTOOLCHAIN ?? 'auto',
        };
        const built = spawnSync(go, ['build', '-o', join(place, binary), from], { cwd: place, encoding: 'utf8', env });
        if (built.status !== 0)
          return built.error?.message ?? (built.stderr.trim().split('\n').at(-1) || 'go build failed');
        mkdirSync(folder, { recursive: true });
        // Whole or not at all, whoever else builds it now.
        moveFile(join(place, binary), file);
      } finally {
        rmSync(place, { recursive: true, force: true });
      }
      say(`built in ${seconds(fromMs)}`);
      return undefined;
    },
  };
};

/** Across file systems as well, and never seen half-written. */
const moveFile = (from, to) => {
  const beside = `${to}.${process.pid}`;
  writeFileSync(beside, readFileSync(from), { mode: 0o755 });
  renameSync(beside, to);
};

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
  toxiproxy: goTool({
    name: 'toxiproxy',
    title: 'Toxiproxy',
    version: versions.toxiproxy,
    module: 'github.com/Shopify/toxiproxy/v2',
    from: 'github.com/Shopify/toxiproxy/v2/cmd/server',
    binary: 'toxiproxy-server',
  }),
  k6: goTool({
    name: 'k6',
    title: 'k6',
    version: versions.k6,
    module: 'go.k6.io/k6/v2',
    from: 'go.k6.io/k6/v2',
    binary: 'k6',
  }),
};

/** Which of them a command needs. */
const needs = {
  start: [],
  test: ['chromium', 'postgres', 'redis', 'toxiproxy', 'k6'],
  live: ['postgres', 'redis', 'toxiproxy', 'k6'],
  tools: ['toxiproxy', 'k6'],
};

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

/** Builds what is built here; answers why it did not work, tool by tool. */
const build = (wanted) => wanted.map((tool) => tool.build());

/** Tries Debian packages where we may install them; answers why it did not work, tool by tool. */
const installFromDebian = (wanted) => {
  if (wanted.length === 0) return [];
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
  const packaged = wanted.filter((tool) => tool.build === undefined);
  const built = wanted.filter((tool) => tool.build !== undefined);
  const refused = new Map([
    ...installFromDebian(packaged).map((why, index) => [packaged[index], why]),
    ...build(built).map((why, index) => [built[index], why]),
  ]);
  const still = wanted.filter((tool) => !tool.isHere());
  for (const tool of still) {
    const why = refused.get(tool);
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
