export { AnswerVerifier, type SignatureVerdict } from './answer-verifier.js';
export { openIdaAnswer, openJoinedIdaAnswer, type SealedIdaAnswer } from './ida-answer.js';
export { IdaEnvelope, sealingCertificate, type SealedRequest } from './ida-envelope.js';
export { RequestSigner, signingKey } from './request-signer.js';
