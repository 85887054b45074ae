"""Classifiers and features of many kinds whose decisions are explained, and texts of three classes to fit them on."""

import numpy as np
from sklearn.decomposition import TruncatedSVD
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.feature_extraction import text as sk
from sklearn.feature_selection import SelectKBest, chi2
from sklearn.linear_model import (
    LogisticRegression,
    LogisticRegressionCV,
    Perceptron,
    RidgeClassifier,
    SGDClassifier,
)
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import BernoulliNB, ComplementNB, GaussianNB, MultinomialNB
from sklearn.neighbors import NearestCentroid
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import FunctionTransformer, MaxAbsScaler, MinMaxScaler, Normalizer, StandardScaler
from sklearn.svm import SVC, LinearSVC

from support.explained import vectors_of
from textvec import (
    BM25Weighting,
    CountVectorizer,
    EmbeddingVectorizer,
    HashingVectorizer,
    NBWeighting,
    OneHotVectorizer,
    Phrases,
    Stemmer,
    StopWords,
    TfidfVectorizer,
    TfidfWeighting,
    Tokenizer,
)

TEXTS = [
    "win a free prize now",
    "claim your free cash prize",
    "cash prizes waiting, call now",
    "free entry, win win win",
    "lunch at noon with mum",
    "see you at lunch",
    "mum is home at noon",
    "I will be home for dinner, see you",
    "the meeting is on Monday",
    "please send the report by Monday",
    "agenda for the meeting: the report",
    "report sent",
]
LABELS = ["spam"] * 4 + ["home"] * 4 + ["work"] * 4
DECIDED = [
    "Free lunch, mum! Win a prize on Monday, blimey",
    "the report",
    "Cash, cash, cash: call now to claim",
    "nothing known",
    "",
]


def dense(X):
    return X.toarray()


def cleaned(texts):
    return [text.replace("!", " ") for text in texts]


def as_dense():
    return FunctionTransformer(dense, accept_sparse=True)


LINEAR = {
    "logreg": lambda: LogisticRegression(),
    "no intercept": lambda: LogisticRegression(fit_intercept=False),
    "logreg by cv": lambda: LogisticRegressionCV(Cs=2, cv=2, l1_ratios=(0,), use_legacy_attributes=False),
    "svm": lambda: LinearSVC(),
    "sgd": lambda: SGDClassifier(random_state=0),
    "hinge": lambda: SGDClassifier(loss="log_loss", random_state=0),
    "perceptron": lambda: Perceptron(random_state=0),
    "passive-aggressive": lambda: SGDClassifier(loss="hinge", learning_rate="pa1", random_state=0),
    "ridge": lambda: RidgeClassifier(),
    "one against the rest": lambda: OneVsRestClassifier(LogisticRegression()),
}
BAYES = {
    "nb": lambda: MultinomialNB(alpha=0.3),
    "no prior": lambda: MultinomialNB(fit_prior=False),
    "complement": lambda: ComplementNB(),
    "complement norm": lambda: ComplementNB(norm=True),
    "bernoulli": lambda: BernoulliNB(),
    "threshold": lambda: BernoulliNB(binarize=0.3),
    "no threshold": lambda: BernoulliNB(binarize=None),
}
CENTROIDS = {
    "centroid": lambda: NearestCentroid(),
    "empirical": lambda: NearestCentroid(priors=[0.5, 0.3, 0.2]),
    "shrunken": lambda: NearestCentroid(shrink_threshold=0.1),
}
COLUMNS = {
    "counts": lambda: CountVectorizer(),
    "binary": lambda: CountVectorizer(binary=True),
    "tfidf": lambda: TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
    "one-hot": lambda: OneHotVectorizer(),
    "hashing": lambda: HashingVectorizer(n_features=256, alternate_sign=False, keep_names=True),
    "stems": lambda: make_pipeline(
        Tokenizer(), StopWords("english"), Phrases(min_count=2), Stemmer("snowball"), TfidfVectorizer()
    ),
    "bm25": lambda: make_pipeline(CountVectorizer(), BM25Weighting()),
    "weighted": lambda: make_pipeline(CountVectorizer(), TfidfWeighting(tf="log"), MaxAbsScaler()),
    "words+char": lambda: make_union(TfidfVectorizer(), TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4))),
    "char": lambda: TfidfVectorizer(analyzer="char", ngram_range=(1, 3)),
    "selected": lambda: make_pipeline(TfidfVectorizer(), SelectKBest(chi2, k=12), Normalizer()),
    "foreign": lambda: make_pipeline(sk.CountVectorizer(), sk.TfidfTransformer(), StandardScaler(with_mean=False)),
    "table": lambda: TfidfVectorizer().set_output(transform="pandas_sparse"),
    "dense table": lambda: make_pipeline(TfidfVectorizer(), as_dense(), MaxAbsScaler().set_output(transform="pandas")),
    "min and max": lambda: make_pipeline(TfidfVectorizer(), as_dense(), MinMaxScaler()),
    "cleaned": lambda: make_pipeline(FunctionTransformer(cleaned), TfidfVectorizer()),
    "dense": lambda: make_pipeline(TfidfVectorizer(), as_dense()),
}
ONLY_LINEAR = {
    "ratios": lambda: make_pipeline(CountVectorizer(), NBWeighting()),
    "signs": lambda: HashingVectorizer(n_features=256),
    "standardized": lambda: make_pipeline(TfidfVectorizer(), as_dense(), StandardScaler()),
    "lsa": lambda: make_pipeline(TfidfVectorizer(), TruncatedSVD(4, random_state=0), Normalizer()),
    "embedding": lambda: EmbeddingVectorizer(vectors_of(TEXTS)),
    "sif": lambda: EmbeddingVectorizer(vectors_of(TEXTS), pooling="sif", normalize=True),
    "scaled": lambda: make_pipeline(
        Tokenizer(), EmbeddingVectorizer(vectors_of(TEXTS), pooling="tfidf"), StandardScaler()
    ),
    "averages of a union": lambda: make_pipeline(
        make_union(TfidfVectorizer(), EmbeddingVectorizer(vectors_of(TEXTS))), MaxAbsScaler()
    ),
    "tokens and a union": lambda: make_pipeline(
        Tokenizer(), StopWords(["the"]), make_union(OneHotVectorizer(), EmbeddingVectorizer(vectors_of(TEXTS)))
    ),
    "words+embedding": lambda: make_union(TfidfVectorizer(), EmbeddingVectorizer(vectors_of(TEXTS))),
}
DENSE_ONLY = {"gaussian": lambda: GaussianNB(var_smoothing=1e-3), "lda": lambda: LinearDiscriminantAnalysis()}
KERNEL = {"kernel": lambda: SVC(kernel="linear")}


def fitted(features, classifier, classes=3):
    """Return a model of two classes, or of three."""
    n = 8 if classes == 2 else 12
    return make_pipeline(features(), classifier()).fit(TEXTS[:n], LABELS[:n])


def decision_values(model, text):
    """Return the decision value of each class as scikit-learn computes it, or as its definition says."""
    *steps, classifier = [step for _, step in model.steps]
    X = [text]
    for step in steps:
        X = step.transform(X)
    if isinstance(classifier, NearestCentroid):
        row = np.asarray(X.toarray() if hasattr(X, "toarray") else X, float)[0]
        scale, prior = np.ones(len(row)), np.zeros(len(classifier.classes_))
        if not np.isclose(classifier.class_prior_, 1 / len(prior)).all():
            scale = np.where(classifier.within_class_std_dev_, classifier.within_class_std_dev_, 1)
            prior = 2 * np.log(classifier.class_prior_)
        return prior - (((row - classifier.centroids_) / scale) ** 2).sum(axis=1) + ((row / scale) ** 2).sum()
    if hasattr(classifier, "predict_joint_log_proba"):
        return classifier.predict_joint_log_proba(X)[0]
    decided = np.ravel(classifier.decision_function(X))
    return np.array([-decided[0], decided[0]]) if len(classifier.classes_) == 2 else decided
