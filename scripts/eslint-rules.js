// Bahi's own rules, for what no existing rule finds.
import { ESLintUtils } from '@typescript-eslint/utils';
import ts from 'typescript';

/**
 * `import type` erases the class, and with it the metadata that Nest reads for the parameters of a decorated class: a
 * body with such a type is silently not validated at all, and a class to be injected is not found. Interfaces and
 * aliases have no such metadata, so they remain `import type`.
 */
const noErasedParameterClass = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      erased:
        "'{{name}}' is a class that Nest looks up at run time. Import it without `type`, or it is {{loss}}, and nobody is told.",
    },
  },
  create(context) {
    const services = ESLintUtils.getParserServices(context);
    const checker = services.program.getTypeChecker();
    const importedAsType = new Map();

    const isClass = (specifier) => {
      let symbol = services.getSymbolAtLocation(specifier.local);
      if (symbol && symbol.flags & ts.SymbolFlags.Alias) symbol = checker.getAliasedSymbol(symbol);
      return symbol !== undefined && (symbol.flags & ts.SymbolFlags.Class) !== 0;
    };
    const isDecorated = (node) => (node.decorators ?? []).length > 0;
    /** `@Body() body: X`, `private readonly x: X`, `x: X = …` */
    const typeNameOf = (parameter) => {
      const bare = parameter.type === 'TSParameterProperty' ? parameter.parameter : parameter;
      const type = (bare.type === 'AssignmentPattern' ? bare.left : bare).typeAnnotation?.typeAnnotation;
      return type?.type === 'TSTypeReference' && type.typeName.type === 'Identifier' ? type.typeName : null;
    };

    return {
      ImportDeclaration(node) {
        for (const specifier of node.specifiers)
          if (node.importKind === 'type' || specifier.importKind === 'type')
            importedAsType.set(specifier.local.name, specifier);
      },
      MethodDefinition(node) {
        const parameters = node.value.params;
        const isConstructor = node.kind === 'constructor';
        const carriesMetadata =
          (isConstructor ? isDecorated(node.parent.parent) : isDecorated(node)) || parameters.some(isDecorated);
        if (!carriesMetadata) return;
        for (const parameter of parameters) {
          const name = typeNameOf(parameter);
          const specifier = name && importedAsType.get(name.name);
          if (specifier && isClass(specifier))
            context.report({
              node: name,
              messageId: 'erased',
              data: { name: name.name, loss: isConstructor ? 'not injected' : 'not validated' },
            });
        }
      },
    };
  },
};

const disableSaysWhy = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: { silent: 'An exception carries its reason: `// eslint-disable-next-line rule -- why`.' },
  },
  create: (context) => ({
    Program() {
      for (const comment of context.sourceCode.getAllComments())
        if (/^\s*eslint-disable/.test(comment.value) && !/\s--\s+\S/.test(comment.value))
          // Reported before the start of the comment's line, which its own directive does not reach.
          context.report({ messageId: 'silent', loc: { ...comment.loc, start: { ...comment.loc.start, column: -1 } } });
    },
  }),
};

/**
 * `max-lines` without blank lines and comments, and with each import counted as one line: a wrapped import is not a
 * second idea.
 */
const maxCodeLines = {
  meta: {
    type: 'suggestion',
    schema: [{ type: 'object', properties: { max: { type: 'integer' } }, additionalProperties: false }],
    messages: { tooLong: 'The file has {{lines}} lines of code, and at most {{max}} are allowed.' },
  },
  create(context) {
    const [{ max }] = context.options;
    return {
      Program(program) {
        const lines = new Set();
        for (const { loc } of program.tokens)
          for (let line = loc.start.line; line <= loc.end.line; line++) lines.add(line);
        for (const { type, loc } of program.body)
          if (type === 'ImportDeclaration')
            for (let line = loc.start.line + 1; line <= loc.end.line; line++) lines.delete(line);
        if (lines.size > max) context.report({ node: program, messageId: 'tooLong', data: { lines: lines.size, max } });
      },
    };
  },
};

export default {
  rules: {
    'no-erased-parameter-class': noErasedParameterClass,
    'disable-says-why': disableSaysWhy,
    'max-code-lines': maxCodeLines,
  },
};
