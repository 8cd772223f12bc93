export { AnswerVerifier, type SignatureVerdict } from './answer-verifier.js';
export { openIdaAnswer, type SealedIdaAnswer } from './ida-answer.js';
export { IdaEnvelope, type SealedRequest } from './ida-envelope.js';
export { RequestSigner } from './request-signer.js';
