"""
Which words made it spam?
=========================

The decision of a linear classifier is a sum: each word of the text gives its part. So a decision can be taken apart, to
the last digit.
"""

# %%
# A spam filter is trained on the bundled messages, and asked about a new one.
import matplotlib.pyplot as plt

from textvec.classification import text_classifier
from textvec.datasets import load_messages
from textvec.explanation import explain, top_terms

messages = load_messages()
model = text_classifier("tfidf", "logreg").fit(messages.data, messages.target)
decision = explain(model, "Hi mum, see you at home. I have won a free prize, claim it by calling now!")
decision

# %%
# The longest bars are the words that decided. What speaks for "ham" points to the left.
reasons = sorted(decision.reasons(), key=lambda each: each.contribution)
figure, ax = plt.subplots(figsize=(8, 5), layout="constrained")
colors = ["tab:orange" if each.contribution > 0 else "tab:blue" for each in reasons]
ax.barh([each.term for each in reasons], [each.contribution for each in reasons], color=colors)
ax.axvline(0, color="gray", linewidth=1)
ax.set_xlabel(f"what the word gives to the decision for {decision.label!r}")
plt.show()

# %%
# Over all texts, these are the words that speak most for each of the classes.
tops = top_terms(model, 12)
figure, axes = plt.subplots(1, len(tops), figsize=(9, 4.5), layout="constrained", sharex=True)
for ax, (label, terms) in zip(axes, tops.items(), strict=True):
    ax.barh([each.term for each in terms][::-1], [each.weight for each in terms][::-1])
    ax.set_title(f"for {label}")
    ax.set_xlabel("weight")
plt.show()
