#pragma once

#include "turnpike/provider.h"

namespace zoo {

enum Fault {
    kGood,
    // While it is loaded.
    kForksEarly, kConnectsEarly, kSlowLoad, kWrongMagic, kOldProvider, kNewerAbi, kOtherManifest, kOldMajor, kExtraExport, kUniqueSymbol, kForeignLibrary, kUnknownSetting,
    // Of the process it lives in.
    kNullDereference, kAborts, kThrows, kEndlessLoop, kConnects, kForks, kLeaks, kHugeAnswer, kRacyInstance, kDeepRecursion, kSlowStep, kReadsClock,
    // Of what it says.
    kTwoVerdicts, kNoVerdict, kWrongSize, kOtherBytes, kWritesAgain, kAnswersAnything, kTrustsEvents, kRepeatsMember, kUnknownMember, kFloatAmount,
    // Of money and secrets.
    kNoProof, kWrongKey, kPaidOnHtml, kFailedAfterMaybe, kSecretInLabel, kSecretInUrl, kSecretInHint, kOtherHost, kPlainHttp,
};

constexpr Fault kFault = ZOO_FAULT;

/// What the faults of the second kind do in every step.
void misbehave(unsigned long& steps);
void idle_us(long us);

}  // namespace zoo
