// The architecture rules of docs/architecture.md, checked by a program. Each rule is broken by one line in
// test/architecture/fixtures, so that a rule that no longer finds anything is noticed.

/** Large areas of the platform: their folders, in the order in which they depend on each other. */
const FOLDERS_OF_AREAS = require('./test/architecture/platform-folders.json');

const SPEC = '\\.spec\\.ts$';
const IN_MODULE = '^src/modules/([^/]+)/';
const WIRING = '^src/modules/[^/]+/[^/]+\\.module\\.ts$';
const PUBLIC_FACE = '^src/modules/[^/]+/[^/]+\\.public\\.ts$';
const SETTINGS = '^src/modules/[^/]+/[^/]+\\.settings\\.ts$';
const LANGUAGE = '^src/modules/[^/]+/[^/]+\\.language\\.ts$';
const PLATFORM_FACE = '^src/platform/[^/]+/[^/]+\\.public\\.ts$';
const LEAVES = 'merchants|ledger|idempotency|gateways';

/** The programs that Node starts. All production code is reached from here. */
const ENTRY_POINTS = '^src/main/(start|api|worker|cli|dev|generate)\\.ts$';

/**
 * The parts of the platform that use cases may import. Everything else there is an adapter: connections, sockets,
 * files, queues.
 */
const PLATFORM_PORTS = [
  '^src/platform/(clock|group-commit|outbox|cache|config|rate-limits|tracing|waiting)/[^/]+\\.public\\.ts$',
];

const npm = (...names) => names.map((name) => `(^|node_modules/)(@types/)?${name}(/|$)`);

/**
 * For rules that list what is allowed. They ignore an import that does not resolve: imports-lead-somewhere reports it.
 */
const elsewhere = (...allowed) => ({ pathNot: allowed, couldNotResolve: false });

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** A rule for production code. Specs are next to the code and may import anything. */
const production = (name, comment, from, to) =>
  rule(name, comment, { ...from, pathNot: [SPEC, ...(from.pathNot ?? [])] }, to);

/** A folder of a large area may import from itself, from the folders before it, and from the area's settings. */
const foldersInOrder = ([area, folders]) =>
  folders.map((folder, i) =>
    production(
      'platform-folders-stand-in-order',
      'The folders of a large area stand on each other in one order, so that a reader can take them one by one.',
      { path: `^src/platform/${area}/${folder}/` },
      {
        path: `^src/platform/${area}/`,
        pathNot: [
          `^src/platform/${area}/(${folders.slice(0, i + 1).join('|')})/`,
          `^src/platform/${area}/${area}\\.settings\\.ts$`,
        ],
      },
    ),
  );

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    production(
      'domain-is-pure',
      'The domain knows itself, the kernel, and the words of other domains: no package, no framework, nothing of Node.',
      { path: `${IN_MODULE}domain/` },
      elsewhere('^src/modules/$1/domain/', '^src/shared/', LANGUAGE),
    ),
    production(
      'language-is-words',
      '<module>.language.ts holds constants and types that several domains share. It stands on the kernel alone.',
      { path: LANGUAGE },
      elsewhere('^src/shared/'),
    ),
    production(
      'settings-are-declarations',
      '<module>.settings.ts says which variables there are and what they mean. Entry points read all of them before anything starts.',
      { path: SETTINGS },
      elsewhere('^src/shared/', '^src/platform/config/config\\.public\\.ts$', LANGUAGE),
    ),
    production(
      'application-knows-no-adapter',
      'A use case knows the domain, ports, and the public faces of other modules. Of the framework it knows @Injectable().',
      { path: `${IN_MODULE}application/` },
      elsewhere(
        '^src/modules/$1/(application|domain)/',
        '^src/modules/$1/$1\\.settings\\.ts$',
        '^src/shared/',
        ...PLATFORM_PORTS,
        PUBLIC_FACE,
        LANGUAGE,
        ...npm('@nestjs/common'),
      ),
    ),
    production(
      'infrastructure-is-driven',
      'An adapter implements what the domain asks for. It never calls upwards.',
      { path: `${IN_MODULE}infrastructure/` },
      { path: '^src/modules/[^/]+/(http|jobs|application)/' },
    ),
    production(
      'edges-go-through-use-cases',
      'A controller or a job that talks to the database leaves out the use case, and with it the book’s lock.',
      { path: `${IN_MODULE}(http|jobs)/` },
      { path: '^src/modules/[^/]+/infrastructure/' },
    ),
    production(
      'modules-meet-at-the-public-face',
      'Everything but <module>.public.ts and <module>.language.ts is private to its module.',
      { path: IN_MODULE, pathNot: [WIRING] },
      { path: '^src/modules/', pathNot: ['^src/modules/$1/', PUBLIC_FACE, LANGUAGE] },
    ),
    production(
      'wiring-imports-wiring',
      '<module>.module.ts may import other modules’ wiring and public faces, nothing else of theirs.',
      { path: '^src/modules/([^/]+)/[^/]+\\.module\\.ts$' },
      { path: '^src/modules/', pathNot: ['^src/modules/$1/', PUBLIC_FACE, LANGUAGE, WIRING] },
    ),
    production(
      'public-face-shows-no-adapter',
      'What is shown to other modules is language and use cases. Shown adapters would be called around the use cases.',
      { path: '^src/modules/([^/]+)/[^/]+\\.public\\.ts$' },
      {
        path: '^src/modules/',
        pathNot: ['^src/modules/$1/(application|domain)/', '^src/modules/$1/[^/]+\\.(language|settings)\\.ts$'],
      },
    ),
    production(
      'leaves-are-leaves',
      'merchants, ledger, idempotency and gateways need no other module.',
      { path: `^src/modules/(${LEAVES})/` },
      { path: '^src/modules/', pathNot: ['^src/modules/$1/'] },
    ),
    production(
      'money-flows-are-independent',
      'Payouts and payments do not know each other, and neither knows who is told about it.',
      { path: '^src/modules/(payouts|payments)/' },
      { path: '^src/modules/(payouts|payments|webhooks)/', pathNot: ['^src/modules/$1/'] },
    ),
    production(
      'simulators-stand-above-gateways',
      'A simulator is one more adapter: it knows the gateways’ face (its wiring their wiring) and no other module.',
      { path: '^src/modules/simulators/' },
      {
        path: '^src/modules/',
        pathNot: ['^src/modules/simulators/', '^src/modules/gateways/gateways\\.(public|language|module)\\.ts$'],
      },
    ),
    production(
      'only-main-knows-simulators',
      'What behaves the same with a real bank must not be able to tell that it talks to a simulated one.',
      { path: '^src/modules/', pathNot: ['^src/modules/simulators/'] },
      { path: '^src/modules/simulators/' },
    ),
    production(
      'platform-has-a-front-door',
      'Each area of the platform shows <area>.public.ts; what is behind it may change without anybody noticing.',
      { path: '^src/(modules|main)/' },
      { path: '^src/platform/', pathNot: [PLATFORM_FACE] },
    ),
    ...Object.entries(FOLDERS_OF_AREAS).flatMap(foldersInOrder),
    production(
      'embedded-postgres-is-apart',
      'A server of our own is a convenience of the entry points. Nothing else may depend on there being one.',
      { path: '^src/', pathNot: ['^src/platform/embedded-postgres/', '^src/main/'] },
      { path: '^src/platform/embedded-postgres/' },
    ),
    production(
      'platform-names-no-module',
      'The platform would serve any product.',
      { path: '^src/platform/' },
      { path: '^src/(modules|main)/' },
    ),
    production(
      'shared-is-a-kernel',
      'The kernel stands on nothing. Of Node it may use node:crypto, which is arithmetic, and its bytes.',
      { path: '^src/shared/' },
      elsewhere('^src/shared/', '^(node:)?(crypto|buffer)$'),
    ),
    production(
      'nobody-imports-main',
      'Entry points are where imports begin.',
      { path: '^src/modules/' },
      { path: '^src/main/' },
    ),
    production(
      'typeorm-is-confined',
      'The object mapper stays in infrastructure, platform and wiring.',
      { path: '^src/', pathNot: ['^src/platform/', '^src/main/', WIRING, `${IN_MODULE}infrastructure/`] },
      { path: npm('typeorm', '@nestjs/typeorm') },
    ),
    production(
      'bullmq-is-confined',
      'The queue stays in jobs, platform and wiring.',
      { path: '^src/', pathNot: ['^src/platform/', '^src/main/', WIRING, `${IN_MODULE}jobs/`] },
      { path: npm('bullmq', '@nestjs/bullmq') },
    ),
    production(
      'ioredis-is-confined',
      'Redis stays in the platform.',
      { path: '^src/', pathNot: ['^src/platform/'] },
      { path: npm('ioredis') },
    ),
    production(
      'pg-is-confined',
      'The driver stays in the platform; everyone else speaks through platform/database.',
      { path: '^src/', pathNot: ['^src/platform/'] },
      { path: npm('pg', 'pg-[a-z-]+') },
    ),
    production(
      'swagger-is-loaded-when-asked',
      'A start loads nothing of @nestjs/swagger: platform/http/documentation/openapi-decorators has its decorators.',
      { path: '^src/' },
      { path: npm('@nestjs/swagger'), dependencyTypesNot: ['type-only'], dynamic: false },
    ),
    production(
      'telemetry-is-confined',
      'What is measured and traced is said through the platform; who collects it is its business.',
      { path: '^src/', pathNot: ['^src/platform/'] },
      { path: npm('prom-client', '@opentelemetry') },
    ),
    rule(
      'no-cycles',
      'Files that need each other are one file, or three.',
      { path: '^(src|migrations)/' },
      { circular: true },
    ),
    rule(
      'no-dead-files',
      'No entry point reaches this file. Delete it, or, if only tests use it, move it to test/support.',
      { path: ENTRY_POINTS },
      { path: '^(src|migrations)/', pathNot: [SPEC, ENTRY_POINTS], reachable: false },
    ),
    production(
      'no-tests-in-production',
      'Production code must run without the tests.',
      { path: '^(src|migrations)/' },
      { path: ['^test/', '^bench/', SPEC] },
    ),
    production(
      'no-dev-packages-in-production',
      '`npm ci --omit=dev` must leave a service that starts.',
      { path: '^(src|migrations)/' },
      { dependencyTypes: ['npm-dev'], pathNot: npm('@types') },
    ),
    rule(
      'packages-are-declared',
      'A package that is only there because another one brought it may be gone tomorrow.',
      { path: '^(src|migrations)/' },
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    ),
    rule(
      'imports-lead-somewhere',
      'An import that cannot be resolved hides every rule behind it.',
      { path: '^(src|migrations)/' },
      { couldNotResolve: true },
    ),
  ],
  options: {
    doNotFollow: { path: '(^|/)node_modules/' },
    // An `import type` is a dependency too, so it counts.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: `${__dirname}/tsconfig.json` },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
    reporterOptions: { text: { highlightFocused: true } },
  },
};
