#include "client/words/alarm_words.h"

#include <cstddef>
#include <iterator>

#include "client/words/refusal_words.h"
#include "client/words/sentence.h"

namespace holdfast::client {
namespace {

struct AlarmRow {
  AlarmKind kind;
  std::string_view sentence;
  std::string_view of_one = {};  // where {count} is 1 and that reads otherwise
};

// In the order of the enumeration.
constexpr AlarmRow kAlarmRows[] = {
    {AlarmKind::kAsWritten, "{text}"},
    {AlarmKind::kUnknown,
     "A newer version of this program noted something here that this version has no words for. "
     "Use the newer one, and ask the practice about it."},
    {AlarmKind::kClocksDiffer,
     "The practice's clock and this device's differ by more than 5 minutes, so times shown here "
     "may be wrong. Check this device's date and time first."},
    {AlarmKind::kClockRefused,
     "The practice's clock and this device's differ by more than a day, so it does not take a "
     "message yet. The message is kept here and offered again. Check this device's date and time; "
     "if they are right, tell the practice."},
    {AlarmKind::kReceiptWrong,
     "The practice answered a message with a receipt that is not right ({why}). The message is "
     "kept here and not taken for stored; it will be sent again."},
    {AlarmKind::kNumberTaken,
     "The practice says that it holds another message under the number of one that was written "
     "here. Yours was not sent; write it again, and ask the practice about it."},
    {AlarmKind::kDecisionUnproved,
     "The practice answered a decision of yours with something that does not prove that it took "
     "it. It is kept here and will be sent again."},
    {AlarmKind::kSignedAndHidden,
     "The practice signed for something that it does not show any more, and says that it lost "
     "nothing. It may show different people different things. Ask its operator, and the people "
     "you write with."},
    {AlarmKind::kPracticeRestored,
     "The practice restored an older copy of its store. Everything you wrote is being offered "
     "again; nothing of yours is lost on this device, and you need not do anything."},
    {AlarmKind::kLoginHidden,
     "The practice could not show this device's own newest login. It may hide that the vault is "
     "an older copy; ask the practice about it."},
    {AlarmKind::kVaultOlder,
     "This vault is an older copy: the practice has seen a newer one. You can go on reading, but "
     "nothing is sent from here, because keys would be used twice. Put the newest copy of the "
     "vault back, or begin again beside it in another profile, with a new invitation or, as a "
     "therapist, a new code from the practice."},
    {AlarmKind::kOtherStory,
     "The practice told {who} another story of your check-ins and replies than it told this "
     "device. Both cannot be true. Compare with them in person, and ask the practice."},
    {AlarmKind::kEntriesHidden,
     "The other side holds entries of the practice's record of check-ins and replies that the "
     "practice does not show this device. Ask its operator."},
    {AlarmKind::kEntryWrong,
     "An entry of the record that the practice keeps of check-ins and replies is not right "
     "({why}). It was not taken in. Ask the practice about it."},
    {AlarmKind::kLedgerDoesNotFollow,
     "The record that the practice keeps of check-ins and replies does not follow from what was "
     "signed ({why}). This device computed it by itself, and goes on showing what it can prove. "
     "Ask the practice about it, and tell the other side."},
    {AlarmKind::kOtherPast,
     "The practice now shows another past of check-ins and replies than the one that this device "
     "holds and that the practice signed. It may show different people different things. Both are "
     "kept. Ask its operator, and tell the other side in person."},
    {AlarmKind::kEntryOfUnknownLedger,
     "The practice handed over an entry of a record that this device does not know. It was passed "
     "over."},
    {AlarmKind::kEntriesDropped,
     "The practice no longer holds up to {count} entries that waited for this device too long. "
     "Ask the people you write with what you may have missed."},
    {AlarmKind::kNoMessage,
     "The practice handed over something that is not a message ({why}). It was passed over."},
    {AlarmKind::kMessageOfUnknownBond,
     "The practice handed over a message of a bond that this device does not know. It was passed "
     "over."},
    {AlarmKind::kNotOpened,
     "A message that came in the name of {who} could not be opened ({why}), so it is not shown. "
     "It was damaged or changed on its way, or did not come from them. Ask them what they wrote "
     "last."},
    {AlarmKind::kSecondUnderNumber,
     "A second, different message came under the number of one from {who} that you have. It is "
     "not shown."},
    {AlarmKind::kOtherPlace,
     "The practice handed over a message of {who} once more, as if it stood in another place. It "
     "is shown where it was. Ask the practice about it."},
    {AlarmKind::kOutOfOrder,
     "The practice handed over messages of {who} in another order than it stored them in."},
    {AlarmKind::kPlaceReceiptWrong,
     "The practice's receipt for a message from {who} is not right ({why}). The message itself is "
     "theirs and is shown; its time and place may be wrong."},
    {AlarmKind::kBeforeWhatWasRead,
     "The practice says that it stored a message of {who} before one of yours that they had "
     "already read when they wrote it. The order shown here is the practice's and not the true "
     "one; ask them what they were answering."},
    {AlarmKind::kMessagesMissing,
     "{count} messages that {who} sent before this one have not reached you. The practice may "
     "have lost or held back what is missing; ask them what it was.",
     "1 message that {who} sent before this one has not reached you. The practice may have lost "
     "or held back what is missing; ask them what it was."},
    {AlarmKind::kOnePlaceTwice,
     "Two messages of {who} claim the same place in what they wrote. Somebody may have replaced "
     "one, or their device was set back to an older copy. Compare with them in person what they "
     "wrote."},
    {AlarmKind::kChainForked,
     "What {who} wrote now builds on other messages than those that reached you. Somebody may "
     "have replaced one. Compare with them in person what they wrote."},
    {AlarmKind::kThirdDeviceDiffers,
     "This device and {who} were shown different messages of a third device. Compare with them in "
     "person what arrived."},
    {AlarmKind::kArrivedThoughRefused,
     "The practice refused a message and handed it to {who} all the same. It has arrived; if you "
     "wrote it once more, they have it twice. Ask the practice about it."},
    {AlarmKind::kClaimsMoreThanSent,
     "A message from {who} says that messages of this device arrived which this vault does not "
     "hold. Nothing more is sent in this bond, because keys could be used twice; every other bond "
     "goes on, and you can go on reading. If an older copy of this vault was put back, put the "
     "newest one back. If not, their device says what is not so: speak with them in person, and "
     "begin again with a new invitation."},
    {AlarmKind::kReceivedAnother,
     "What {who} received from this device is not what was sent. Somebody may have replaced a "
     "message, or the vault was copied. Compare with them in person what arrived."},
    {AlarmKind::kMarkNotOfClient,
     "Something that came in the name of the therapist tried to change what the client marked as "
     "having landed badly. Only the client can, so it was passed over."},
    {AlarmKind::kNewestListHidden,
     "The practice does not show the newest list of devices that {who} uses. Ask the practice "
     "about it."},
    {AlarmKind::kOtherListShown,
     "Another list of your devices was shown to {who} than the one that this device knows. "
     "Somebody may be trying to read along. Tell them in person."},
    {AlarmKind::kTwoLists,
     "Two different device lists of {who} exist under one number. Somebody may be trying to read "
     "along, so nothing is sent to them from here any more. Speak to them in person before "
     "anything else."},
    {AlarmKind::kDevicesUnsigned,
     "The practice showed devices of {who} that are not signed as they must be ({why}). They are "
     "not used; what was known before still is."},
    {AlarmKind::kOldKeys,
     "A device of {who} has not been heard of for more than 30 days. Most likely it is switched "
     "off, or they are away, and there is nothing that you have to do. Only if they tell you that "
     "they use it every day, ask the practice: it may be showing you old keys."},
    {AlarmKind::kOwnListUnsigned,
     "The practice shows a list of your devices that you did not sign. It is not used. Ask the "
     "practice about it, and tell the people you write with."},
    {AlarmKind::kOwnDeviceUnlisted,
     "This device is no longer on your account's list. If that was not you, use your recovery "
     "code on another device now."},
    {AlarmKind::kUnknownInvitation,
     "The practice says that somebody answered an invitation that this device did not make. No "
     "bond was formed."},
    {AlarmKind::kAnswerWrong,
     "Somebody answered {invitation} in a way that is not right ({why}). No bond was formed; hand "
     "your client a new invitation in person."},
    {AlarmKind::kSecondAnswer,
     "A second person answered {invitation}. Only the first was taken in; somebody else has seen "
     "the invitation. Make sure in person that the bond is with the right one."},
    {AlarmKind::kClientSwapped,
     "A second person answered the invitation of this bond, and the practice took them for its "
     "client. Nothing that you write is readable for them. Somebody else has seen the invitation: "
     "tell the other side in person, and begin again with a new one."},
    {AlarmKind::kAheadEarlyByClock,
     "A note that {who} wrote ahead came too early: its time has not come by this device's clock. "
     "It is theirs and is shown, but they meant it for later. Check this device's date and time "
     "first; if they are right, tell them and the practice."},
    {AlarmKind::kAheadEarlyByLedger,
     "A note that {who} wrote ahead came too early: what it waits for has not happened by the "
     "record of check-ins and replies. It is theirs and is shown, but they meant it for later. "
     "Check this device's date and time first; if they are right, tell them and the practice."},
    {AlarmKind::kAheadUnreleased,
     "A note that {who} wrote ahead came too early: the practice's record does not say that it "
     "was released. It is theirs and is shown, but they meant it for later. Check this device's "
     "date and time first; if they are right, tell them and the practice."},
    {AlarmKind::kAheadOtherTime,
     "The practice gives another time for a note that {who} wrote ahead than the one that it "
     "waited for. The note is theirs and is shown. Ask the practice about it."},
    {AlarmKind::kAheadReceiptWrong,
     "The practice's receipt for a note that {who} wrote ahead is not right ({why}). The note "
     "itself is theirs and is shown."},
    {AlarmKind::kAheadGivenUp,
     "Too many notes that were written ahead wait for their keys. The oldest of them was given "
     "up. Ask the people you write with what they wrote ahead."},
    {AlarmKind::kAheadKeyDoesNotFit,
     "A note that {who} wrote ahead came, and does not open with the key that they gave this "
     "device for it. It was changed on its way; should the true one come, it opens by itself. Ask "
     "them what it said."},
    {AlarmKind::kAheadKeyMissing,
     "A note that {who} wrote ahead is here and cannot be opened, because the key to it has not "
     "come. It is kept, and opens by itself when the key comes. Ask them what it said."},
    {AlarmKind::kAheadHeldBack,
     "{count} notes that {who} wrote ahead should have reached you by now, and have not: the "
     "practice released what it holds back from you. Ask them what it said, and ask the practice "
     "about it.",
     "A note that {who} wrote ahead should have reached you by now, and has not: the practice "
     "released what it holds back from you. Ask them what it said, and ask the practice about "
     "it."},
    {AlarmKind::kSecondAheadKey,
     "A second key for what {who} writes ahead came for a note whose key this device has. "
     "The first one is kept. Their device may have been set back to an older copy; ask them."},
    {AlarmKind::kTooManyAheadKeys,
     "The device of {who} sends ever new keys for what is written ahead. This one was not taken; "
     "something is wrong with that device. Ask them about it."},
    {AlarmKind::kOwnAheadOtherTime,
     "The practice released a note that you wrote ahead, and gives another time for it than the "
     "one that it waited for. Tell the other side, and ask the practice about it."},
    {AlarmKind::kOwnAheadThoughWithdrawn,
     "The practice released a note that you wrote ahead and had withdrawn. The other side may "
     "have it. Tell them so, and ask the practice about it."},
    {AlarmKind::kOwnAheadWithdrawn,
     "The practice let the other side withdraw a note that you wrote ahead. Only its writer can. "
     "Write it again, and ask the practice about it."},
    {AlarmKind::kDecisionUnreadable,
     "Something that was decided on this device cannot be read. It was set aside, and nothing came "
     "of it. Everything else goes on; look how things stand, and decide it again if it is still "
     "wanted."},
    {AlarmKind::kPrekeyRefused,
     "The practice's clock and this device's differ by more than a day, so it does not take this "
     "device's new keys yet. Check this device's date and time; if they are right, tell the "
     "practice."},
    {AlarmKind::kAnsweredWithdrawn,
     "Somebody answered {invitation}, which you had taken back, and the practice let them. No bond "
     "was formed on this device, and nothing of yours can be read by them. Ask the practice about "
     "it; give your client a new invitation in person."},
    {AlarmKind::kAnsweredBeforeWithdrawal,
     "Somebody had answered {invitation} before it could be taken back, so the bond is there. If "
     "it is not with your client, end it: somebody else has seen the invitation."},
    {AlarmKind::kDevicesLinked,
     "{count} new devices of {who} can read and write from now on. There is nothing that you have "
     "to do. If it was you, or they told you, all is well; if nobody knows of it, speak with each "
     "other in person.",
     "A new device of {who} can read and write from now on. There is nothing that you have to do. "
     "If it was you, or they told you, all is well; if nobody knows of it, speak with each other "
     "in person."},
    {AlarmKind::kDevicesUnlinked,
     "{count} devices of {who} were unlinked, and get nothing more. Everything else goes on.",
     "A device of {who} was unlinked, and gets nothing more. Everything else goes on."},
    {AlarmKind::kHistoryLocked,
     "{count} messages from before this device was linked cannot be shown here yet. They come as "
     "soon as another device of yours, or of whoever wrote them, has been in touch with the "
     "practice.",
     "A message from before this device was linked cannot be shown here yet. It comes as soon as "
     "another device of yours, or of whoever wrote it, has been in touch with the practice."},
    {AlarmKind::kArchiveWrong,
     "What the practice shows of what your devices told each other is not right ({why}). It was "
     "not taken in. Ask the practice about it."},
    {AlarmKind::kArchiveHidden,
     "The practice shows less of what your devices told each other than it had taken. This device "
     "gives it back. If that happens again, ask the practice about it."},
    {AlarmKind::kOwnDevicesLinked,
     "{count} new devices belong to your account. If that was you, all is well. If it was not, "
     "suspend them at once, unlink them, and make a new recovery code.",
     "A new device belongs to your account. If that was you, all is well. If it was not, suspend "
     "it at once, unlink it, and make a new recovery code."},
    {AlarmKind::kOwnDevicesUnlinked,
     "{count} devices do not belong to your account any more. If that was you, all is well. If it "
     "was not, somebody has your recovery code: make a new one.",
     "A device does not belong to your account any more. If that was you, all is well. If it was "
     "not, somebody has your recovery code: make a new one."},
    {AlarmKind::kSuspendedGoesOn,
     "A device that you suspended has written a message all the same, because the practice let it. "
     "If that was not you, unlink it now, with your recovery code, tell the other person in "
     "person, "
     "and ask the practice about it."},
};

constexpr bool EveryAlarmHasWords() {
  for (std::size_t i = 0; i < std::size(kAlarmRows); ++i) {
    if (static_cast<std::size_t>(kAlarmRows[i].kind) != i || kAlarmRows[i].sentence.empty())
      return false;
  }
  return std::size(kAlarmRows) == static_cast<std::size_t>(kNewestAlarmKind) + 1;
}
static_assert(EveryAlarmHasWords());

}  // namespace

bool IsCalm(AlarmKind kind) {
  switch (kind) {
    case AlarmKind::kClocksDiffer:
    case AlarmKind::kClockRefused:
    case AlarmKind::kPracticeRestored:
    case AlarmKind::kOldKeys:
    case AlarmKind::kPrekeyRefused:
    case AlarmKind::kAnsweredBeforeWithdrawal:
      return true;
    default:
      return IsNews(kind);
  }
}

bool IsNews(AlarmKind kind) {
  switch (kind) {
    case AlarmKind::kDevicesLinked:
    case AlarmKind::kDevicesUnlinked:
    case AlarmKind::kHistoryLocked:
    case AlarmKind::kArchiveHidden:
    case AlarmKind::kOwnDevicesLinked:
    case AlarmKind::kOwnDevicesUnlinked:
      return true;
    default:
      return false;
  }
}

std::string AlarmText(const Alarm& alarm) {
  const AlarmArgs& args = alarm.args;
  const Cause cause = args.cause.value_or(Cause());
  const bool known = alarm.kind <= kNewestAlarmKind;
  const AlarmRow& row =
      kAlarmRows[static_cast<std::size_t>(known ? alarm.kind : AlarmKind::kUnknown)];
  const bool one = args.count == 1 && !row.of_one.empty();
  return Filled(
      one ? row.of_one : row.sentence,
      {{"text", alarm.text},
       {"who", NameInWords(args.who.value_or(PersonName()))},
       {"why", RefusalText(cause.field, cause.words)},
       {"count", std::to_string(args.count)},
       {"invitation", args.invitation.empty() ? std::string("an invitation")
                                              : "the invitation for \"" + args.invitation + "\""}});
}

}  // namespace holdfast::client
