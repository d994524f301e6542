// The dashboard's folder rules (web/README.md), checked by a program.

const SPEC = '\\.spec\\.tsx?$';

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    rule(
      'features-are-independent',
      'What two features need is a shared part; what joins them is a route.',
      { path: '^web/src/features/([^/]+)/' },
      { path: '^web/src/features/', pathNot: '^web/src/features/$1/' },
    ),
    rule(
      'only-routes-compose-features',
      'Shared parts (api, attempts, live, money, text, ui) would serve any feature, so they know none, and no route.',
      { path: '^web/src/(api|attempts|live|money|text|ui)/' },
      { path: '^web/src/(features|routes)/' },
    ),
    rule(
      'features-know-no-route',
      'A page is put together in routes.',
      { path: '^web/src/features/' },
      { path: '^web/src/routes/' },
    ),
    rule(
      'money-and-text-stand-alone',
      'Amounts, dates and words need no server.',
      { path: '^web/src/(money|text)/', pathNot: SPEC },
      { path: '^web/src/(api|attempts|live|ui)/' },
    ),
    rule(
      'the-server-is-known-by-its-contract',
      'Nothing of the service is in the bundle: its document and its events say all.',
      { path: '^web/src/' },
      { path: '^(src|migrations|bench|scripts)/' },
    ),
    rule(
      'no-cycles',
      'Files that need each other are one file, or three.',
      { path: '^web/src/', pathNot: '^web/src/api/generated/' },
      { circular: true },
    ),
    rule(
      'no-dead-files',
      'The page never reaches this file: delete it.',
      { path: '^web/src/main\\.tsx$' },
      { path: '^web/src/', pathNot: [SPEC, '^web/src/api/generated/'], reachable: false },
    ),
    rule(
      'no-tests-in-the-page',
      'The page must work without its tests.',
      { path: '^web/src/', pathNot: SPEC },
      { path: SPEC },
    ),
    rule(
      'imports-lead-somewhere',
      'An import that cannot be resolved hides every rule behind it.',
      { path: '^web/src/' },
      { couldNotResolve: true },
    ),
  ],
  options: {
    doNotFollow: { path: '(^|/)node_modules/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: `${__dirname}/tsconfig.json` },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'browser', 'default'] },
  },
};
