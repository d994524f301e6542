import { describe, expect, it } from '@jest/globals';
import { getMetadataStorage, validator } from './class-validator.js';
import { Text } from './fields.js';

class Named {
  @Text({ max: 3 })
  name!: string;
}

class Titled extends Named {
  @Text({ max: 3 })
  title!: string;
}

const rulesOf = (type: new () => object) =>
  getMetadataStorage().getTargetValidationMetadatas(type, undefined as unknown as string, false, false);

describe('the rules of a request’s class', () => {
  it('are found and grouped once, whatever the number of classes', () => {
    const rules = rulesOf(Named);
    expect(rulesOf(Named)).toBe(rules);
    const storage = getMetadataStorage();
    expect(storage.groupByPropertyName(rules)).toBe(storage.groupByPropertyName(rules));
  });

  it('are those of its own and the inherited ones, at each validation', () => {
    for (const [name, title, wrong] of [
      ['long', 'long', ['name', 'title']],
      ['abc', 'long', ['title']],
      ['abc', 'abc', []],
    ] as const) {
      const titled = Object.assign(new Titled(), { name, title });
      expect(
        validator
          .validateSync(titled)
          .map(({ property }) => property)
          .toSorted(),
      ).toEqual(wrong);
    }
    expect(rulesOf(Named).map(({ propertyName }) => propertyName)).not.toContain('title');
  });
});
