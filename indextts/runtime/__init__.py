"""What all models need of the process: onnxruntime sessions and memory."""
