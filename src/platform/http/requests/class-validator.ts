import { createRequire } from 'node:module';
import type * as ClassValidator from 'class-validator';
import type { ValidationMetadata } from 'class-validator/types/metadata/ValidationMetadata.js';

const require = createRequire(import.meta.url);

/**
 * The parts of class-validator that are used, loaded from their own files: the package's entry loads a hundred rules
 * that are not used here, one of which knows the telephone numbers of all countries. That is 300 modules, a tenth of a
 * second.
 */
type Used = typeof ClassValidator;
export const { ValidateBy } = require('class-validator/cjs/decorator/common/ValidateBy.js') as Used;
export const { IsOptional } = require('class-validator/cjs/decorator/common/IsOptional.js') as Used;
export const { ValidateNested } = require('class-validator/cjs/decorator/common/ValidateNested.js') as Used;
export const { getMetadataStorage } = require('class-validator/cjs/metadata/MetadataStorage.js') as Used;

const { Validator } = require('class-validator/cjs/validation/Validator.js') as Used;

/** Has no state of its own. */
export const validator = new Validator();

/**
 * At each validation, class-validator searches the rules of all classes for those that a class has inherited, so that a
 * request would cost more with every endpoint that is added. The rules of a class are complete before the first request
 * that it validates, and have no groups, so here they are found and grouped only once.
 */
function findRulesOnce(): void {
  const storage = getMetadataStorage();
  const find = storage.getTargetValidationMetadatas.bind(storage);
  const group = storage.groupByPropertyName.bind(storage);
  const found = new WeakMap<object, ValidationMetadata[]>();
  const grouped = new WeakMap<ValidationMetadata[], ReturnType<typeof group>>();
  storage.getTargetValidationMetadatas = (type, ...rest) => {
    const rules = found.get(type) ?? find(type, ...rest);
    found.set(type, rules);
    return rules;
  };
  storage.groupByPropertyName = (rules) => {
    const groups = grouped.get(rules) ?? group(rules);
    grouped.set(rules, groups);
    return groups;
  };
}

findRulesOnce();
