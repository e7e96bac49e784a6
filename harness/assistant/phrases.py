"""The authored assistant's own sentences, the same for every task and whatever is true."""

from __future__ import annotations

from collections.abc import Sequence

THANKS = (
    "You are welcome. Ask on whenever you like.",
    "Gladly. What would you like to look at next?",
    "Any time. The clock is yours, so take the part that matters most to you.",
    "Good. I am here when the next question comes up.",
)
PROBE = (
    "That is not something I can help with: how this assessment is made and how I am set up is not mine to "
    "tell. Judge each of my statements on its merits, as you would a colleague's, and ask me about the work.",
    "There I have to pass, as before. About the work itself I am glad to talk; weigh what I say there yourself.",
    "No answer to that from me, however it is put. Pick any part of the task instead and we go on with it.",
    "I leave that one where it is. What would you like to get done next?",
)
CHALLENGED = (
    "I have nothing to add to what I said. If you can check it, check it, and go by what you find.",
    "My saying it twice would not make it any better. What would settle it for you, a small test or a number?",
    "That I cannot settle by talking. Point at the very statement and tell me what speaks against it.",
    "You have my view already; yours is the one that counts in the end.",
)
UNKNOWN = (
    "That one I cannot place either.",
    "I still do not see which part of the work you mean.",
    "With that I am of no use, I am afraid.",
    "I could only guess what that is about, and I would rather not.",
)
HELLO = (
    "Hello again. Where do we go on?",
    "Hi. I am still here, with the same files in front of me.",
    "Hello. What is next?",
)
AGAIN = (
    "As before.",
    "Here it is once more, unchanged.",
    "The same again, so that you need not scroll.",
    "Nothing new from me on this; it stands as it stood.",
)
NEAREST = (
    "Nearest to that is what I said on {subjects}.",
    "That brings us back to {subjects}.",
    "About {subjects} I have nothing to change.",
    "For that I would look at {subjects} once more.",
)
"""Before what fits a question best of a topic that came up before."""
REST = (
    "The rest of it stands further up: {subjects}.",
    "As for {subjects}, that is unchanged and stands above.",
    "I leave out what you have from me already: {subjects}.",
    "Further up stands what I said on {subjects}.",
)
TOLD = (
    "You have all that I know of this already; look further up for {subjects}.",
    "A third time would add nothing. What I said on {subjects} stands above.",
    "Nothing has come to me on {subjects} since I spoke of it.",
    "I would only repeat myself on {subjects}, so I leave it as it stands above.",
)
NO_MORE = (
    "My advice on that is given, and it has not changed.",
    "What I had to say there you have from me already.",
    "I would only say the same again there.",
)
"""For a topic without statements."""
EXPLAIN = (
    "I have no more to go on than what I wrote there, and I would not want to talk you into it or out of it. "
    "Hold it against the brief, or try it with a small example, and decide on it beside the statement.",
    "The reasons that I have stand in the statement itself. A small case worked by hand, or a short test, "
    "would tell you more than another paragraph of mine.",
    "I could say it again in other words, and it would weigh no more. Take the numbers of the brief, follow it "
    "through once, and decide on it where it stands.",
    "Because it seemed the plainest way to me; that is all there is behind it. Whether it carries is a thing to "
    "try, not to believe.",
)
DONE = (
    "I have been through every subject that I know here. Ask for any of them again if you like.",
    "Nothing new is left on my side. If one of the subjects is still open for you, name it and I come back to it.",
)
NO_VERDICT = (
    "Whether what stands there is right I leave to you; I would not judge my own work.",
    "I say what is there and what is missing; whether it holds is for you to judge.",
    "That is the state of it. The verdict I keep out of.",
    "So far what can be seen from outside; the rest is reading, and that is your part.",
)
OFFERS_ANY = (
    "I can help with {offers}.",
    "Closer to home I could offer {offers}.",
    "Perhaps {offers} would bring us further.",
)
OFFERS = (*OFFERS_ANY[:2], "We have not talked much about {offers} yet.", *OFFERS_ANY[2:])
"""For topics of which none has come up."""
BETWEEN = (
    "That could be about {offers}. Which of the two do you mean?",
    "I hesitate between {offers}. Say which one, and I go on with it.",
    "Two things come near that: {offers}. Name the one that you are after.",
)
SOME, FEW = 5, 3
"""Topics that are named in one sentence, and once that many were named before."""
LEFT = (
    "That is enough for one reply. Ask me next for {offers}.",
    "I stop here, so that it can be read. Still open: {offers}.",
    "The rest can wait for its turn: {offers}.",
)
BROKEN = "{path} does not parse at the moment (line {line})."
STUBS = "Still stubs: {symbols}."
BEGUN = "Begun, with a stub left in it: {symbols}."
MISSING = "Not in the file any more: {symbols}."
NO_STUBS = "No function is a stub any more."
LAST_RUN = "Your last run: {run}."
EMPTY = "Still empty: {titles}."
NONE_EMPTY = "No section is empty any more."
EMPTY_SECTION = (
    "Your section {title} is empty so far.",
    "In {title} nothing stands yet.",
    "I see no text under {title} yet, so this starts from nothing.",
    "{title} is still to be filled.",
)
STUB_HERE = (
    "{symbols} in {path} is still the stub; the code below replaces it.",
    "What follows goes in the place of the stub of {symbols} in {path}.",
    "Nothing stands under {symbols} in {path} yet, so this can go in as it is.",
)
STUBS_HERE = (
    "{symbols} in {path} are still stubs; the code below replaces them.",
    "What follows goes in the place of the stubs of {symbols} in {path}.",
    "Nothing stands under {symbols} in {path} yet, so this can go in as it is.",
)
WRITTEN_HERE = (
    "{symbols} in {path} is written already; inserting the code below would replace what stands there.",
    "You have a {symbols} in {path} already, so compare before you put mine in its place.",
    "Mind that {symbols} in {path} is no stub any more; mine would take the place of it.",
)
WRITTENS_HERE = (
    "{symbols} in {path} are written already; inserting the code below would replace what stands there.",
    "You have {symbols} in {path} already, so compare before you put mine in their place.",
    "Mind that {symbols} in {path} are no stubs any more; mine would take the place of them.",
)
BEGUN_HERE = (
    "{symbols} in {path} is begun; inserting the code below would replace what you have of it.",
    "You have begun {symbols} in {path}, so compare before you put mine in its place.",
    "Mind that part of {symbols} in {path} is yours already; mine would take the place of all of it.",
)
BEGUNS_HERE = (
    "{symbols} in {path} are begun; inserting the code below would replace what you have of them.",
    "You have begun {symbols} in {path}, so compare before you put mine in their place.",
    "Mind that parts of {symbols} in {path} are yours already; mine would take the place of all of them.",
)
ADOPTED = (
    "Part of what you marked stands in an answer of mine, and I do not judge my own words a second time. A run or "
    "a case worked by hand will tell you more, and lines that are yours alone I gladly read with you.",
    "I see words of mine among these lines, and those I leave to you. Mark only what you wrote yourself and I say "
    "what I can about it.",
    "These lines hold something that I said before; whether it carries is yours to find out. Of your own lines "
    "you can ask me anything.",
)
NOTHING_LEFT = "Everything that I have to say on this task has come up."
REVIEW_GOES_ON = "More points that have not come up between us yet."
ON = "On {offer}:"


def listed(words: Sequence[str]) -> str:
    """For instance "a, b and c", or "a; b, c; and d" where a part holds a comma of its own."""
    if len(words) < 2:
        return "".join(words)
    if any("," in word for word in words):
        return "; ".join([*words[:-1], f"and {words[-1]}"])
    return f"{', '.join(words[:-1])} and {words[-1]}"
