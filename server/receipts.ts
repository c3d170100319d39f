import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { noReceipts, receiptClaims } from './core/receipt.ts'
import type { IssueReceipt } from './core/receipt.ts'

/** A public key as [rfc8037] writes it. */
export interface PublicReceiptKey {
  readonly kty: 'OKP'
  readonly crv: 'Ed25519'
  readonly x: string
  readonly kid: string
  readonly alg: 'EdDSA'
  readonly use: 'sig'
}

/** The keys of receipts: the first one signs, and all of them are published. */
export interface ReceiptKeys {
  readonly issue: IssueReceipt
  /** [rfc7517] The JSON Web Key Set; empty where no receipts are signed. */
  readonly jwks: { readonly keys: readonly PublicReceiptKey[] }
}

/** [rfc8410] What precedes the 32 bytes of an Ed25519 key in PKCS #8. */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex')

/**
 * @param seeds - 32 bytes in base64 each, the one that signs first; none: no receipts are signed
 * @param issuer - stands in every receipt
 */
export function receiptKeys(seeds: readonly string[], issuer: string): ReceiptKeys {
  const keys = seeds.map(keyOf)
  const [first] = keys
  return {
    issue: first ? issuerWith(first, issuer) : noReceipts,
    jwks: { keys: keys.map(({ publicKey }) => publicKey) },
  }
}

interface ReceiptKey {
  readonly privateKey: KeyObject
  readonly publicKey: PublicReceiptKey
}

function keyOf(seed: string): ReceiptKey {
  const key = Buffer.concat([pkcs8Prefix, Buffer.from(seed, 'base64')])
  const privateKey = createPrivateKey({ key, format: 'der', type: 'pkcs8' })
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' })
  // [rfc7638] the thumbprint of the public key, so that a key has the same id wherever it is used.
  const kid = createHash('sha256')
    .update(JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x }))
    .digest('base64url')
  return {
    privateKey,
    publicKey: { kty: 'OKP', crv: 'Ed25519', x, kid, alg: 'EdDSA', use: 'sig' },
  }
}

/** [rfc7515] A JWS in its compact form; [rfc8725] its type keeps it from being taken for another token. */
function issuerWith({ privateKey, publicKey: { kid, alg } }: ReceiptKey, issuer: string) {
  const header = encode({ alg, kid, typ: 'checkout-receipt+jwt' })
  return (checkout: Parameters<IssueReceipt>[0]): string | null => {
    const claims = receiptClaims(checkout, issuer)
    if (!claims) return null
    const content = `${header}.${encode(claims)}`
    // [rfc8032] Ed25519 hashes by itself, and signs the same content the same way every time.
    return `${content}.${sign(null, Buffer.from(content), privateKey).toString('base64url')}`
  }
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
