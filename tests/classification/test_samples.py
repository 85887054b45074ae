"""What models learn from the samples that come with textvec: enough for sentences that are in none of them."""

from sklearn.model_selection import StratifiedKFold, cross_val_score

from textvec.classification import classifier, features, text_classifier
from textvec.datasets import load_reviews

# Ten that a child would call spam, and ten that it would not. Nobody trained on them.
SPAM = [
    "You are the lucky winner of a new car",
    "Click here to get your free phone",
    "Your bank account is locked, send us your password",
    "Make a thousand dollars a day from your sofa",
    "Buy cheap pills online, no doctor needed",
    "Hot singles are waiting for you, text now",
    "Your parcel is waiting, pay a small fee to get it",
    "Double your bitcoin in one week, guaranteed",
    "Urgent: you owe taxes, pay today or go to jail",
    "Last chance! Claim your cash prize before midnight",
]
HAM = [
    "Can you pick me up from school today?",
    "Grandma is coming for dinner on Sunday",
    "I left my keys on the kitchen table",
    "The meeting is moved to three o'clock",
    "Happy birthday! Have a lovely day",
    "We are out of milk and bread",
    "Did you finish your homework?",
    "The dog has eaten my shoe again",
    "I will be late, the bus did not come",
    "Thank you for helping me with the garden",
]


def test_a_filter_sorts_plain_sentences(messages, labels):
    model = text_classifier("tfidf", "logreg").fit(messages, labels)
    assert not {*SPAM, *HAM} & {*messages}
    right = [*(model.predict(SPAM) == "spam"), *(model.predict(HAM) == "ham")]
    assert sum(right) >= 18, [text for text, is_right in zip(SPAM + HAM, right, strict=True) if not is_right]


def test_reviews_are_told_apart():
    reviews = load_reviews()
    model = text_classifier(features("counts", ngram_range=(1, 2)), classifier("nbsvm", random_state=0))
    folds = StratifiedKFold(10, shuffle=True, random_state=0)
    assert cross_val_score(model, reviews.data, reviews.target, cv=folds).mean() > 0.82
