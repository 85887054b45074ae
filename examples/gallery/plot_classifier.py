"""
What a classifier gets wrong, and why
=====================================

A spam filter is trained on half of the bundled messages, and looked at from four sides on the other half: which classes
it confuses, what another threshold would bring, which words speak for each class, and whether other features or another
classifier would do better.
"""

import matplotlib.pyplot as plt

from textvec.classification import compare, evaluate, text_classifier
from textvec.datasets import load_messages
from textvec.explanation import top_terms
from textvec.plots import class_terms, comparison_scores, confusion_matrix, precision_recall

messages = load_messages()
train, test = slice(0, None, 2), slice(1, None, 2)
model = text_classifier("tfidf", "logreg").fit(messages.data[train], messages.target[train])

# %%
# Each row of the confusion matrix has the messages of one class; those on the diagonal are right.

found = evaluate(model, messages.data[test], messages.target[test])
confusion_matrix(found)
print(found)

# %%
# A filter that must not lose any mail has to give up some recall of spam. The curve says how much: follow it to the
# left until the precision is high enough. AP is the average precision.

precision_recall(model, messages.data[test], messages.target[test])

# %%
# The words that speak most for each class.

class_terms(top_terms(model, 10))

# %%
# Would anything else do better? The bars are the standard deviation over the folds: pairs whose bars overlap by far may
# be equally good. The times are beside the scores.

compared = compare(messages.data, messages.target, ["counts", "tfidf"], ["nb", "svm"], cv=3)
figure, (scores, times) = plt.subplots(1, 2, sharey=True, figsize=(9, 2.5), width_ratios=(3, 1), layout="constrained")
comparison_scores(compared, ax=scores)
comparison_scores(compared, "fit_time", ax=times)
plt.show()
