// Verifications a second of the JavaScript stack, over the same contexts and the same files.
//
//   node verifying_peer.mjs FOLDER_OF_CONTEXTS SECONDS FILE...
//
// One line of JSON a file: {"file", "stack", "verified", "rate"}. Keys are given, nothing is fetched.
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import jsigs from 'jsonld-signatures';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {Ed25519Signature2020} from '@digitalbazaar/ed25519-signature-2020';

const [folder, seconds, ...files] = process.argv.slice(2);
const contexts = new Map();
for(const line of readFileSync(join(folder, 'INDEX.tsv'), 'utf8').split('\n')) {
  const [url, file] = line.split('\t');
  if(file && !contexts.has(url)) {
    try { contexts.set(url, JSON.parse(readFileSync(join(folder, file), 'utf8'))); } catch {}
  }
}

// A key that stands in its own address, as a document of the form that its proof asks for.
function key(url, is2020) {
  const [controller, fragment] = url.split('#');
  const publicKeyMultibase = fragment ?? url.split(':').pop();
  const context = is2020 ? 'https://w3id.org/security/suites/ed25519-2020/v1' :
    'https://w3id.org/security/multikey/v1';
  const type = is2020 ? 'Ed25519VerificationKey2020' : 'Multikey';
  return {'@context': context, id: url, type, controller, publicKeyMultibase};
}

function loaderFor(is2020) {
  return async url => {
    const document = contexts.get(url) ?? (/z6Mk/.test(url) ? key(url, is2020) : undefined);
    if(!document) {
      throw new Error(`${url} is not at hand`);
    }
    return {contextUrl: null, document, documentUrl: url};
  };
}

// The peer is spared the question whose key it is; the hub asks it.
class AnyAssertion extends jsigs.purposes.ProofPurpose {
  constructor() { super({term: 'assertionMethod'}); }
  async validate() { return {valid: true}; }
}

function plain(document) {
  const proofs = [document.proof].flat();
  const is2020 = proofs[0].type === 'Ed25519Signature2020';
  const documentLoader = loaderFor(is2020);
  return async () => {
    const suite = is2020 ? new Ed25519Signature2020() : new DataIntegrityProof({cryptosuite});
    const found = await jsigs.verify(document, {suite, purpose: new AnyAssertion(), documentLoader});
    if(!found.verified && process.env.DEBUG) { console.error(found.error?.errors ?? found.error); }
    return found.verified;
  };
}

async function core(document) {
  const {verifyCredential} = await import('@digitalcredentials/verifier-core');
  globalThis.fetch = async () => { throw new Error('offline'); };
  return async () => {
    const found = await verifyCredential({
      credential: structuredClone(document), knownDIDRegistries: [], reloadIssuerRegistry: false,
    });
    return !!found.log?.find(step => step.id === 'valid_signature')?.valid;
  };
}

async function measured(verify) {
  let verified = false;
  for(let n = 0; n < 3; n++) { verified = await verify(); }
  const start = process.cpuUsage();
  const spent = () => { const {user, system} = process.cpuUsage(start); return (user + system) / 1e6; };
  let count = 0;
  do { await verify(); count++; } while(spent() < Number(seconds));
  return {verified, rate: count / spent()};
}

for(const file of files) {
  const document = JSON.parse(readFileSync(file, 'utf8'));
  console.log(JSON.stringify({file, stack: 'jsonld-signatures', ...await measured(plain(document))}));
  if(/dcc/.test(file)) {
    try {
      const figures = await measured(await core(document));
      console.log(JSON.stringify({file, stack: 'verifier-core', ...figures}));
    } catch(error) { console.error(`verifier-core: ${error.message}`); }
  }
}
