/** A member of a JSON object: its name, and its value as it stands in the text. */
export type Member = readonly [name: string, value: string];

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/** The members of the object that a compact JSON text holds, in their order, every value to the digit. */
export function membersOf(json: string): Member[] {
  const members: Member[] = [];
  let depth = 0;
  let name: string | undefined;
  let from = 1;
  for (const { 0: token, index } of json.matchAll(TOKEN)) {
    if (depth === 1) {
      if (token === ':') {
        name = JSON.parse(json.slice(from, index)) as string;
        from = index + 1;
      } else if (token === ',' || token === '}') {
        if (name !== undefined) members.push([name, json.slice(from, index)]);
        name = undefined;
        from = index + 1;
      }
    }
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
  }
  return members;
}
