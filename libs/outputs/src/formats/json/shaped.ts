import type { ShapedFormat } from '../../kit/format.js';
import { spacedJson } from '../../kit/spaced-json.js';

/** One array with a value per record, `null` where the record has none. */
export const shapedJson: ShapedFormat = {
  projection: '.',
  problemOf: () => undefined,
  open: () => {
    let separator = '';
    return {
      header: () => '[',
      rows: (rows) => {
        if (rows.length === 0) return '';
        const text =
          separator + rows.map(({ json }) => (json === null ? 'null' : spacedJson(json))).join(',');
        separator = ',';
        return text;
      },
      footer: () => ']',
    };
  },
};
