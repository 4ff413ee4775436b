// Writes the types of the client from the descriptions of REST (OpenAPI) and of the WebSocket (AsyncAPI). Without arguments it writes; with --check it
// compares, and fails where the committed files are not those of the descriptions.
import { readFileSync, writeFileSync } from 'node:fs';

interface Schema {
  $ref?: string; type?: string | string[]; const?: unknown; enum?: unknown[]; anyOf?: Schema[]; oneOf?: Schema[]; items?: Schema; required?: string[];
  properties?: Record<string, Schema>; additionalProperties?: Schema | boolean; description?: string;
}
interface Parameter { name: string; in: string; required?: boolean; description?: string; schema: Schema }
interface Operation {
  operationId?: string; summary?: string; parameters?: Parameter[]; requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema?: Schema }> }>;
}

const here = new URL('..', import.meta.url);
const read = (path: string) => JSON.parse(readFileSync(new URL(path, here), 'utf8'));

function typeOf(schema: Schema, indent: string): string {
  if (schema.$ref) {
    return schema.$ref.split('/').at(-1)!;
  }
  if (schema.const !== undefined) {
    return JSON.stringify(schema.const);
  }
  if (schema.enum) {
    return [...new Set(schema.enum.map((value) => (typeof value === 'number' ? 'Num' : JSON.stringify(value))))].join(' | ');
  }
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) {
    return [...new Set(choices.map((choice) => typeOf(choice, indent)))].join(' | ');
  }
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  return [...new Set(types.map((type) => simple(type, schema, indent)))].join(' | ');
}

function simple(type: string | undefined, schema: Schema, indent: string): string {
  switch (type) {
    case 'string': case 'boolean': case 'null': return type;
    case 'number': case 'integer': return 'Num';
    case 'array': return `(${typeOf(schema.items ?? {}, indent)})[]`.replace(/^\((\w+)\)/, '$1');
    case 'object':
      return schema.properties ? objectOf(schema, indent)
        : `Record<string, ${typeof schema.additionalProperties === 'object' ? typeOf(schema.additionalProperties, indent) : 'unknown'}>`;
    default: return schema.properties ? objectOf(schema, indent) : 'unknown';
  }
}

function objectOf(schema: Schema, indent: string): string {
  const deeper = `${indent}  `;
  const lines = Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const comment = property.description ? `${deeper}/** ${property.description.replaceAll('*/', '* /')} */\n` : '';
    return `${comment}${deeper}${/^\w+$/.test(name) ? name : JSON.stringify(name)}${schema.required?.includes(name) ? '' : '?'}: ${typeOf(property, deeper)};`;
  });
  return `{\n${lines.join('\n')}\n${indent}}`;
}

function parametersOf(operation: Operation, place: string): string {
  const ones = (operation.parameters ?? []).filter((one) => one.in === place);
  const lines = ones.map((one) => `      ${/^\w+$/.test(one.name) ? one.name : JSON.stringify(one.name)}${one.required ? '' : '?'}: ${
    one.schema.enum ? 'string' : typeOf(one.schema, '').replaceAll('Num', 'number')};`);
  return ones.length === 0 ? 'Record<string, never>' : `{\n${lines.join('\n')}\n    }`;
}

const json = (content: Record<string, { schema?: Schema }> | undefined) =>
  content?.['application/json']?.schema ?? (content ? { type: 'string' } : undefined);

function rest(): string {
  const description = read('api/openapi.json') as { paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, Schema> } };
  const types = Object.entries(description.components.schemas)
    .map(([name, schema]) => (schema.properties ? `export interface ${name} ${objectOf(schema, '')}` : `export type ${name} = ${typeOf(schema, '')};`));
  const routes = Object.entries(description.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => {
    const answer = Object.entries(operation.responses).find(([status]) => status.startsWith('2'))?.[1];
    const body = operation.requestBody ? json(operation.requestBody.content) : undefined;
    return `  /** ${operation.summary ?? operation.operationId} */\n  '${method.toUpperCase()} ${path}': {\n    path: ${parametersOf(operation, 'path')};\n    query: ${
      parametersOf(operation, 'query')};\n    body: ${body ? typeOf(body, '') : 'undefined'};\n    answer: ${typeOf(json(answer?.content) ?? {}, '    ')};\n  };`;
  }));
  return `${head('the description of REST, api/openapi.json')}${types.join('\n\n')}\n\n/** What can be asked for, by method and path. */\nexport interface Routes {\n${
    routes.join('\n')}\n}\n`;
}

function stream(): string {
  const messages = (read('../../../docs/asyncapi.json') as { components: { messages: Record<string, { payload: Schema }> } }).components.messages;
  const types = Object.entries(messages).filter(([name]) => !name.startsWith('ancestor'))
    .map(([name, message]) => `export type ${name[0]!.toUpperCase()}${name.slice(1)}Message = ${typeOf(message.payload, '')};`);
  return `${head('the description of the WebSocket, docs/asyncapi.json')}${types.join('\n\n')}\n`;
}

const head = (of: string) => `// Generated by tools/generate.ts from ${of}. Do not edit.\nimport type { Num } from './exact.ts';\n\n`;

let stale = 0;
for (const [path, text] of [['src/api/rest.gen.ts', rest()], ['src/api/stream.gen.ts', stream()]] as const) {
  const file = new URL(path, here);
  if (!process.argv.includes('--check')) {
    writeFileSync(file, text);
  } else if (readFileSync(file, 'utf8') !== text) {
    console.error(`${path} is not what the descriptions say; run: npm run generate`);
    stale = 1;
  }
}
process.exitCode = stale;
