"""In and out of other people's stacks: from fitted scikit-learn, to scikit-learn, ONNX and MLflow, and as retrievers.

Tested in tests/test_public.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textvec._common import lazy

if TYPE_CHECKING:
    from textvec.interop.accelerating import accelerate as accelerate
    from textvec.interop.acceleration import AccelerationReport as AccelerationReport
    from textvec.interop.acceleration import Replacement as Replacement
    from textvec.interop.onnx_export import OnnxDifference as OnnxDifference
    from textvec.interop.onnx_export import OnnxDifferencesError as OnnxDifferencesError
    from textvec.interop.onnx_export import register_onnx_converters as register_onnx_converters
    from textvec.interop.onnx_export import to_onnx as to_onnx
    from textvec.interop.sklearn_export import to_sklearn as to_sklearn
    from textvec.interop.trusted import trusted_types as trusted_types

_HOMES = {
    "AccelerationReport": "textvec.interop.acceleration",
    "OnnxDifference": "textvec.interop.onnx_export",
    "OnnxDifferencesError": "textvec.interop.onnx_export",
    "Replacement": "textvec.interop.acceleration",
    "accelerate": "textvec.interop.accelerating",
    "register_onnx_converters": "textvec.interop.onnx_export",
    "to_onnx": "textvec.interop.onnx_export",
    "to_sklearn": "textvec.interop.sklearn_export",
    "trusted_types": "textvec.interop.trusted",
}

__all__ = [
    "AccelerationReport",
    "OnnxDifference",
    "OnnxDifferencesError",
    "Replacement",
    "accelerate",
    "register_onnx_converters",
    "to_onnx",
    "to_sklearn",
    "trusted_types",
]
if not TYPE_CHECKING:  # a name that is misspelt is none to a type checker
    __getattr__, __dir__ = lazy.exports(__name__, _HOMES)
